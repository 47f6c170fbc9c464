import { existsSync, renameSync } from 'node:fs';
import { expect } from 'vitest';
import { call, count, infoOf, program, script, startWith, test, untilState } from './support.ts';

test('HUP with a broken file is refused, and everything goes on', async ({ side }) => {
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }));
  const { pid } = await untilState(side, 'cat', 'RUNNING');
  side.writeFile('supervisord.conf', `${side.preamble}[program:cat]\ncommand=/bin/cat\npriority=high\n`);

  daemon.signal('SIGHUP');

  const refused = 'CRIT restart refused, the configuration cannot be used: ';
  await side.waitFor('it is refused', () => side.readFile('main.log').includes(refused));
  expect((await infoOf(side, 'cat')).pid).toBe(pid);
  expect((await call(side, 'getState')) as { statename: string }).toMatchObject({ statename: 'RUNNING' });
});

test('HUP with a good file starts everything anew under the same pid', async ({ side }) => {
  const daemon = await startWith(side, program('old', { command: '/bin/cat', startsecs: 0 }));
  await untilState(side, 'old', 'RUNNING');
  side.writeFile('supervisord.conf', side.preamble + program('new', { command: '/bin/cat', startsecs: 0 }));

  daemon.signal('SIGHUP');

  await untilState(side, 'new', 'RUNNING');
  expect(await call(side, 'getPID')).toBe(daemon.pid);
  expect(side.readFile('supervisord.pid')).toBe(`${daemon.pid}\n`);
  expect(side.readFile('main.log')).toContain('stopped: old (terminated by SIGTERM)');
});

test('HUP again and again ends in one running set of programs', async ({ side }) => {
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }));
  await untilState(side, 'cat', 'RUNNING');
  for (let times = 2; times <= 5; times += 1) {
    daemon.signal('SIGHUP');
    const started = /supervisord started with pid/g;
    await side.waitFor('it has started anew', () => count(side.readFile('main.log'), started) === times);
  }
  await untilState(side, 'cat', 'RUNNING');
  expect(await daemon.stop()).toBe(0);
});

test('USR2 opens the logs again by their names, as logrotate needs it', async ({ side }) => {
  const echo = script(side, 'echo.sh', 'while read -r line; do echo "$line"; done');
  const log = side.path('echo.log');
  const daemon = await startWith(side, program('echo', { command: echo, stdout_logfile: log, startsecs: 0 }));
  await untilState(side, 'echo', 'RUNNING');
  await call(side, 'sendProcessStdin', 'echo', 'before\n');
  await side.waitFor('it is logged', () => side.readFile('echo.log') === 'before\n');

  renameSync(log, side.path('echo.log.old'));
  renameSync(side.path('main.log'), side.path('main.log.old'));
  daemon.signal('SIGUSR2');
  await side.waitFor('both are made anew', () => [log, side.path('main.log')].every(existsSync));
  await call(side, 'sendProcessStdin', 'echo', 'after\n');
  await side.waitFor('the new file is written', () => side.readFile('echo.log') === 'after\n');
  expect(side.readFile('echo.log.old')).toBe('before\n');
  expect(side.readFile('main.log.old')).toContain('received SIGUSR2 indicating log reopen request');
});
