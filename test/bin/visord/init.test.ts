/** The command `visord init`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { installed, needing } from '../../needs.ts';
import { commandPath, test } from '../support.ts';

test('writes a configuration that the daemon reads, with the command as a shell takes it', async ({
  bench,
}) => {
  const command = `echo "100%" $HOME; sleep 1`;
  const args = ['init', 'my.conf', '--name', 'clock', '--command', command];
  const { code, stdout, stderr } = await bench.run('visord', ...args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`written: ${bench.path('my.conf')}\n`);
  const dump = await bench.run('supervisord', '--dump-config', '-c', 'my.conf');
  expect([dump.code, dump.stderr]).toEqual([0, '']);
  expect(dump.stdout).toContain('[program:clock]');
  expect((await bench.run('visord', 'check', 'my.conf')).stdout).toContain('my.conf: 0 errors');
  expect(readFileSync(bench.path('my.conf'), 'utf8')).toContain('/bin/sh -c ');
});

test('never overwrites, and needs a command where no terminal answers', async ({ bench }) => {
  writeFileSync(bench.path('supervisord.conf'), 'mine\n');
  const there = await bench.run('visord', 'init', 'supervisord.conf', '--command', 'cat');
  expect([there.code, there.stderr]).toEqual([
    1,
    `Error: ${bench.path('supervisord.conf')} is there already\n`,
  ]);
  expect(readFileSync(bench.path('supervisord.conf'), 'utf8')).toBe('mine\n');
  const none = await bench.run('visord', 'init', 'other.conf');
  expect([none.code, none.stderr]).toEqual([2, 'Error: a command is needed: --command\n']);
  const name = await bench.run('visord', 'init', 'other.conf', '--command', 'cat', '--name', 'a b');
  expect([name.code, existsSync(bench.path('other.conf'))]).toEqual([2, false]);
});

needing(test, installed('script', 'bsdutils'))('asks three questions on a terminal', async ({ bench }) => {
  // script(1) gives the command a terminal.
  const line = `'${commandPath('visord')}' init asked.conf`;
  execFileSync('script', ['-qec', line, '/dev/null'], {
    cwd: bench.folder,
    input: 'cat-one\n/bin/cat\n\n',
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const text = readFileSync(bench.path('asked.conf'), 'utf8');
  expect(text).toContain('[program:cat-one]\ncommand=/bin/cat\n');
  expect(text).toContain('stdout_logfile=%(here)s/cat-one.log\n');
});
