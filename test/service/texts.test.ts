import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileInPlaceError, installFiles } from '../../src/service/install.ts';
import { logrotateFile } from '../../src/service/logrotate.ts';
import { managerOf, SERVICE_MANAGERS } from '../../src/service/managers.ts';
import { readSettings } from '../../src/service/read-settings.ts';
import type { ServiceSettings } from '../../src/service/settings.ts';
import { systemdUnitText } from '../../src/service/systemd.ts';
import { fromSetup, installed, needing } from '../needs.ts';

const folder = mkdtempSync(join(tmpdir(), 'visord-service-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAIN: ServiceSettings = {
  name: 'visord',
  commands: '/usr/bin',
  config: '/etc/supervisor/supervisord.conf',
  pidfile: '/run/supervisord.pid',
  unrotatedLogs: [],
};

/** Paths that every kind of text has to quote. */
const ODD: ServiceSettings = {
  ...PLAIN,
  commands: "/opt/a b/it's",
  config: '/etc/50%/$HOME "x"/s.conf',
  pidfile: "/run/o'dd name.pid",
  unrotatedLogs: ['/var/log/a b[1].log', '/var/log/it\'s "x".log'],
};

const SCRIPTS = SERVICE_MANAGERS.filter(({ name }) => name !== 'systemd');

describe('the unit', () => {
  test('has the commands with what systemd would expand marked', () => {
    const text = systemdUnitText(ODD);
    const command = String.raw`"/opt/a b/it's/supervisord" -n -c "/etc/50%%/$$HOME \"x\"/s.conf"`;
    expect(text).toContain(`\nExecStart=${command}\n`);
    expect(systemdUnitText(PLAIN)).toContain(
      '\nExecReload=/usr/bin/supervisorctl -c /etc/supervisor/supervisord.conf update\n',
    );
  });

  test('is that of docs/systemd.md', () => {
    const page = readFileSync(new URL('../../docs/systemd.md', import.meta.url), 'utf8');
    expect(page).toContain(`\n${systemdUnitText({ ...PLAIN, commands: '/opt/visord/bin' })}\`\`\`\n`);
  });

  needing(test, installed('systemd-analyze', 'systemd'))('is accepted by systemd-analyze verify', () => {
    // The commands have to exist.
    const bin = join(folder, 'a b');
    mkdirSync(bin, { recursive: true });
    for (const name of ['supervisord', 'supervisorctl']) {
      writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
    }
    for (const settings of [
      { ...PLAIN, commands: bin },
      { ...ODD, commands: bin },
    ]) {
      const file = join(folder, 'visord.service');
      writeFileSync(file, systemdUnitText(settings));
      const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
        encoding: 'utf8',
        env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
      });
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
    }
  });
});

describe.each(SCRIPTS.map((row) => [row.title, row] as const))('the script for %s', (_, { file }) => {
  test.each([PLAIN, ODD])('can be read by a POSIX shell', (settings) => {
    const { stderr, status } = spawnSync('sh', ['-n'], { input: file(settings).text, encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });

  needing(test, fromSetup('shellcheck'))('has nothing that shellcheck reports', () => {
    const { stdout, status } = spawnSync('shellcheck', ['-'], {
      input: file(PLAIN).text,
      encoding: 'utf8',
    });
    expect([stdout, status]).toEqual(['', 0]);
  });
});

describe('the file for logrotate', () => {
  test('is not needed where the daemon rotates all logs', () => {
    expect(logrotateFile(PLAIN)).toBe(null);
  });

  test('has the logs in quotes, with patterns marked, and makes the daemon open them anew', () => {
    const text = logrotateFile(ODD)?.text ?? '';
    expect(text).toContain(String.raw`
"/var/log/a b\[1\].log"
"/var/log/it's \"x\".log"
{
`);
    expect(text).toContain(
      String.raw`[ ! -r '/run/o'\''dd name.pid' ] || kill -USR2 "$(cat '/run/o'\''dd name.pid')"`,
    );
  });

  const logrotate = ['/usr/sbin/logrotate', '/sbin/logrotate'].find((path) => existsSync(path));
  needing(test, fromSetup('/usr/sbin/logrotate', '/sbin/logrotate'))('is one that logrotate reads', () => {
    const log = join(folder, 'a [1].log');
    writeFileSync(log, 'x\n');
    const file = logrotateFile({ ...ODD, unrotatedLogs: [log] });
    const path = join(folder, 'logrotate.conf');
    writeFileSync(path, file?.text ?? '', { mode: 0o644 });
    const state = join(folder, 'logrotate.state');
    const { stderr, status } = spawnSync(logrotate ?? '', ['--debug', '--state', state, path], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/error/);
    expect(stderr).toContain(`considering log ${log}`);
  });
});

describe('what is read of the configuration', () => {
  const read = (text: string, root = '/') => {
    const config = join(folder, 's.conf');
    writeFileSync(config, text);
    const below = root === '/' ? config : config.slice(root.length);
    return readSettings({ name: 'visord', config: below, root, environment: {} });
  };

  test('the logs that the daemon does not rotate, by size or by time', () => {
    const text = `[supervisord]
logfile=${folder}/main.log
logfile_maxbytes=0
[program:plain]
command=cat
stdout_logfile=${folder}/plain.log
[program:endless]
command=cat
stdout_logfile=${folder}/endless.log
stdout_logfile_maxbytes=0
stderr_logfile=${folder}/err.log
stderr_logfile_maxbytes=0
redirect_stderr=true
[program:daily]
command=cat
stdout_logfile=${folder}/daily.log
stdout_logfile_maxbytes=0
stdout_logfile_rotate=daily
[program:console]
command=cat
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0
`;
    expect(read(text).unrotatedLogs).toEqual([`${folder}/endless.log`, `${folder}/main.log`]);
  });

  test('the pidfile, and one in /run where there is none', () => {
    expect(read('[supervisord]\n').pidfile).toBe('/run/visord.pid');
    expect(read('[supervisord]\npidfile=/run/x.pid\n').pidfile).toBe('/run/x.pid');
    expect(read('[supervisord]\npidfile=%(here)s/x.pid\n', folder).pidfile).toBe('/x.pid');
  });

  test('of another system also where this machine has not its folders', () => {
    const elsewhere = '[supervisord]\nlogfile=/var/log/only-there/x.log\npidfile=/run/x.pid\n';
    expect(read(elsewhere, folder)).toMatchObject({ pidfile: '/run/x.pid', problem: null });
    expect(read(elsewhere).problem).toContain('/var/log/only-there/x.log does not exist');
  });

  test('a configuration that cannot be read is reported, and the defaults are taken', () => {
    const { problem, ...settings } = read('[supervisord]\nminfds=x\n');
    expect(problem).toContain("invalid literal for int() with base 10: 'x'");
    expect(settings).toEqual({ pidfile: '/run/visord.pid', unrotatedLogs: [], isInForeground: false });
    expect(read('[supervisord]\nnodaemon=true\n')).toMatchObject({ problem: null, isInForeground: true });
  });
});

describe('the service manager of a system', () => {
  test.each([
    [['lib/systemd/systemd', 'etc/init.d'], 'systemd'],
    [['sbin/openrc-run', 'etc/init.d'], 'openrc'],
    [['etc/init.d'], 'sysv'],
    [[], undefined],
  ])('where %j are there', (paths, name) => {
    const root = mkdtempSync(join(folder, 'root-'));
    for (const path of paths) mkdirSync(join(root, path), { recursive: true });
    expect(managerOf(root)?.name).toBe(name);
  });
});

describe('installing', () => {
  const file = { path: '/etc/deep/x', text: 'one\n', mode: 0o755 };

  test('writes the files with their permissions, and leaves the same text as it is', () => {
    const root = mkdtempSync(join(folder, 'root-'));
    const path = join(root, 'etc/deep/x');
    expect(installFiles([file], root, false)).toEqual([{ path, isChanged: true }]);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['one\n', 0o755]);
    expect(installFiles([file], root, false)).toEqual([{ path, isChanged: false }]);
  });

  test('another text is replaced by force only; without it no file is written', () => {
    const root = mkdtempSync(join(folder, 'root-'));
    installFiles([file], root, false);
    const files = [
      { ...file, path: '/first' },
      { ...file, text: 'two\n' },
    ];
    expect(() => installFiles(files, root, false)).toThrow(FileInPlaceError);
    expect(existsSync(join(root, 'first'))).toBe(false);
    installFiles(files, root, true);
    expect(readFileSync(join(root, 'etc/deep/x'), 'utf8')).toBe('two\n');
  });
});
