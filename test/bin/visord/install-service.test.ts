/** The command `visord install-service`: what it writes and prints. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { type Bench, commandPath, test } from '../support.ts';

const COMMANDS = dirname(commandPath('visord'));

/** A root with System V init and a configuration. */
function rootOf(bench: Bench, text = '[supervisord]\npidfile=/run/x.pid\n'): string {
  for (const path of ['root/etc/init.d', 'root/etc/supervisor']) {
    mkdirSync(bench.path(path), { recursive: true });
  }
  writeFileSync(bench.path('root/etc/supervisord.conf'), text);
  return bench.path('root');
}

test('writes what the machine has a service manager for, and prints how to start it', async ({ bench }) => {
  const root = rootOf(bench);
  const first = await bench.run('visord', 'install-service', '--root', root);
  const script = `${root}/etc/init.d/visord`;
  expect(first).toEqual({
    code: 0,
    stderr: '',
    stdout: `written: ${script}\nTo start it:\n  update-rc.d visord defaults\n  service visord start\n`,
  });
  expect(statSync(script).mode & 0o777).toBe(0o755);
  const text = readFileSync(script, 'utf8');
  expect(text).toContain(`\nsupervisord=${COMMANDS}/supervisord\n`);
  expect(text).toContain('\nconfig=/etc/supervisord.conf\npidfile=/run/x.pid\n');
  const second = await bench.run('visord', 'install-service', '--root', root);
  expect(second.stdout).toMatch(/^unchanged: /);
});

test('never overwrites without --force', async ({ bench }) => {
  const root = rootOf(bench);
  const unit = `${root}/etc/systemd/system/supervisor.service`;
  mkdirSync(dirname(unit), { recursive: true });
  writeFileSync(unit, 'mine\n');
  const args = ['install-service', '--systemd', '--name', 'supervisor', '--root', root];
  const { code, stdout, stderr } = await bench.run('visord', ...args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`Error: ${unit} is there with another text; --force replaces it\n`);
  expect(readFileSync(unit, 'utf8')).toBe('mine\n');
  expect((await bench.run('visord', ...args, '--force')).code).toBe(0);
  expect(readFileSync(unit, 'utf8')).toContain('Type=notify');
});

test('a dry run prints the files and writes none', async ({ bench }) => {
  const root = rootOf(bench, '[supervisord]\nlogfile=/var/log/main.log\nlogfile_maxbytes=0\n');
  const args = ['--systemd', '--logrotate', '--dry-run', '--root', root];
  const { code, stdout, stderr } = await bench.run('visord', 'install-service', ...args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^# \/etc\/systemd\/system\/visord\.service \(mode 0644\)\n/);
  expect(stdout).toContain('\n# /etc/logrotate.d/visord (mode 0644)\n');
  expect(stdout).toContain('\n"/var/log/main.log"\n{\n');
  expect(existsSync(`${root}/etc/systemd`)).toBe(false);
});

test('notes what is in the way of the service', async ({ bench }) => {
  const root = rootOf(bench, '[supervisord]\nnodaemon=true\n');
  const args = ['install-service', '--openrc', '--logrotate', '--dry-run', '--root', root];
  expect((await bench.run('visord', ...args)).stderr).toBe(
    'Note: /etc/supervisord.conf has nodaemon=true: remove it, a script of OpenRC would not return\n' +
      'Note: no file for logrotate: the daemon rotates all logs of the configuration\n',
  );
  const later = await bench.run('visord', ...args, '--config', '/etc/later.conf');
  expect(later.code).toBe(0);
  expect(later.stderr).toMatch(/^Note: the configuration cannot be read yet: .*later\.conf/);
});

test('refuses two service managers, a name that no file can have, and a missing configuration', async ({
  bench,
}) => {
  mkdirSync(bench.path('empty'));
  const root = rootOf(bench);
  const errors = [];
  for (const args of [
    ['--systemd', '--sysv', '--root', root],
    ['--name', '../x', '--root', root],
    ['--root', bench.path('empty')],
    ['--root', bench.path('empty'), '--config', '/etc/x.conf'],
  ]) {
    const { code, stderr } = await bench.run('visord', 'install-service', ...args);
    errors.push([code, stderr.split('\n')[0]]);
  }
  expect(errors).toEqual([
    [2, 'Error: --systemd and --sysv exclude each other'],
    [2, 'Error: not a name for a service: ../x'],
    [2, 'Error: no configuration was found; name one with --config, or write one with visord init'],
    [2, 'Error: no service manager was found; use --systemd, --sysv or --openrc'],
  ]);
});
