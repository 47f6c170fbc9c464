/** The settings of the client come from the rows of its sections. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SUPERVISORCTL_OPTIONS } from '../../src/config/tables/client-options.ts';
import {
  type ClientSettings,
  DEFAULT_SETTINGS,
  readClientSettings,
  readFleet,
} from '../../src/ctl/settings.ts';
import type { Fleet } from '../../src/ctl/wire/fleet.ts';

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

describe('[fleet]', () => {
  /** Other files by their names; `%(here)s` is their folder. */
  function readFleetOf(text: string, files: Readonly<Record<string, string>> = {}): Promise<Fleet | null> {
    const folder = mkdtempSync(join(tmpdir(), 'visord-settings-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, content] of Object.entries({ ...files, 'c.conf': text })) {
      writeFileSync(join(folder, name), content);
    }
    return readFleet(join(folder, 'c.conf'), { HOME: '/home/me', NAME: 'value' });
  }

  it('gives each node the credentials and the limit', async () => {
    const fleet = await readFleetOf(
      '[fleet]\nnodes=a=http://localhost:1, b=unix:///%(ENV_NAME)s\nusername_file=%(here)s/user\n' +
        'password=x\ncafile=~/ca\ntimeout=0.5\n',
      { user: 'ops\n' },
    );
    const shared = {
      username: 'ops',
      password: 'x',
      silenceMs: 1000,
      tls: { caFile: '/home/me/ca', certFile: null, keyFile: null },
    };
    expect(fleet).toEqual({
      name: 'fleet',
      limitMs: 500,
      hasEngine: false,
      nodes: [
        { name: 'a', connection: { ...shared, serverUrl: 'http://localhost:1' } },
        { name: 'b', connection: { ...shared, serverUrl: 'unix:///value' } },
      ],
    });
  });

  it('may be in an included file, and need not exist', async () => {
    const main = '[supervisorctl]\nusername=me\npassword=own\n';
    expect(await readFleetOf(main)).toBeNull();
    const included = '[fleet]\nname=prod\nnodes=a=http://localhost\n';
    const fleet = await readFleetOf(`${main}[include]\nfiles=f.conf\n`, { 'f.conf': included });
    expect(fleet?.name).toBe('prod');
    // The password of [supervisorctl] is for its own server.
    expect(fleet?.nodes[0]?.connection).toMatchObject({ username: null, password: null });
  });

  it.each([
    ['', 'section [fleet] does not specify nodes'],
    ['nodes=a', "'a' is not a node: write NAME=URL"],
    ['nodes=a=http://b\npassword_file=/no/such', 'password_file /no/such cannot be read: ENOENT'],
  ])('refuses %j', async (keys, message) => {
    await expect(readFleetOf(`[fleet]\n${keys}\n`)).rejects.toThrow(message);
  });
});
