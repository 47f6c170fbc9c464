/** The settings of the client come from the rows of its sections. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SUPERVISORCTL_OPTIONS } from '../../src/config/tables/client-options.ts';
import { type ClientSettings, DEFAULT_SETTINGS, readClientSettings } from '../../src/ctl/settings.ts';

function read(text: string): Promise<ClientSettings> {
  const folder = mkdtempSync(join(tmpdir(), 'visord-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'c.conf');
  writeFileSync(file, text);
  return readClientSettings(file, { HOME: '/home/me', NAME: 'value' });
}

describe('[supervisorctl]', () => {
  it('has the defaults of its table', async () => {
    const defaults = Object.values(SUPERVISORCTL_OPTIONS).map((row) => [row.field, row.default]);
    expect(DEFAULT_SETTINGS).toEqual({ ...Object.fromEntries(defaults), plugins: [], pidfile: null });
    expect(await read('[supervisorctl]\n')).toEqual(DEFAULT_SETTINGS);
  });

  it('reads every key of its table', async () => {
    for (const [key, { field }] of Object.entries(SUPERVISORCTL_OPTIONS)) {
      // With a password, the file with one is not read.
      const password = key === 'password_file' ? 'password=x\n' : '';
      const settings = await read(`[supervisorctl]\n${password}${key} = /%(ENV_NAME)s\n`);
      expect(settings[field]).toBe('/value');
    }
  });

  it('makes the paths absolute', async () => {
    const settings = await read(
      '[supervisorctl]\nserverurl=unix://~/run/../s.sock\nhistory_file=%(here)s/./h\n',
    );
    expect(settings.serverUrl).toBe('unix:///home/me/s.sock');
    expect(settings.historyFile).toMatch(/^\/.*\/h$/);
  });

  it('takes the password from a file, without the line end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-settings-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'word'), 'a secret\n');
    const settings = await read(`[supervisorctl]\npassword_file=${folder}/word\n`);
    expect(settings.password).toBe('a secret');
    await expect(read('[supervisorctl]\npassword_file=/no/such\n')).rejects.toThrow(
      'password_file /no/such cannot be read: ENOENT',
    );
  });

  it('reports the error that the reference finds first', async () => {
    const text = '[supervisorctl]\nusername=%(nope)s\nprompt=%(here)s\n[ctlplugin:x]\na=1\n';
    await expect(read(text)).rejects.toThrow(/supervisorctl\.prompt/);
  });
});
