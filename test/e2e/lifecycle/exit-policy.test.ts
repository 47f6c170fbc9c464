import { expect } from 'vitest';
import { call, infoOf, ownCtl, program, startWith, test, untilState } from '../support.ts';

const ENDS = { startsecs: 0, autorestart: 'false' };

test.for([
  ['failure', 'exit 3', 3],
  ['failure', 'kill -9 $$', 137],
  ['end', 'exit 0', 0],
] as const)(
  'exit_on=%s: a program that ends with %s ends the daemon with %d',
  async ([rule, body, status], { side }) => {
    const command = `sh -c 'while ! test -e ${side.path('go')}; do sleep 0.05; done; ${body}'`;
    const daemon = await startWith(
      side,
      program('worker', { ...ENDS, command, exit_on: rule }) + program('other', { command: 'sleep 1000' }),
    );
    side.writeFile('go', '');
    expect(await daemon.exited()).toBe(status);
    const log = side.readFile('main.log');
    expect(log).toContain(`and has exit_on=${rule}: shutting down with status ${status}`);
    expect(log).toContain('stopped: other');
  },
);

test('a program that is FATAL ends the daemon, also where the rule stands in [supervisord]', async ({
  side,
}) => {
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}[supervisord]\nexit_on=fatal\n${program('worker', { command: 'false', startretries: 0 })}`,
  );
  const daemon = await side.start();
  expect(await daemon.exited()).toBe(1);
});

test('a requested stop does not count as an end', async ({ side }) => {
  const daemon = await startWith(
    side,
    program('worker', { command: 'sleep 1000', startsecs: 0, exit_on: 'end' }),
  );
  await untilState(side, 'worker', 'RUNNING');
  await call(side, 'stopProcess', 'worker');
  await call(side, 'startProcess', 'worker');
  expect((await infoOf(side, 'worker')).statename).toBe('RUNNING');
  expect(daemon.isRunning()).toBe(true);
});

test.for(['SIGKILL', 'SIGUSR1'] as const)(
  'exit_when_idle ends the daemon that goes on after %s',
  async (signal, { side }) => {
    const command = `sh -c 'while ! test -e ${side.path('go')}; do sleep 0.05; done'`;
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[supervisord]\nexit_when_idle=true\n` +
        program('first', { ...ENDS, command }) +
        program('second', { ...ENDS, command: 'true', depends_on: 'first:exited' }),
    );
    const daemon = await side.start();
    await untilState(side, 'first', 'RUNNING');
    daemon.signal(signal);
    if (signal === 'SIGUSR1') {
      await side.logged('supervisord started with pid', { times: 2 });
    } else {
      await daemon.exited();
    }
    const following = signal === 'SIGUSR1' ? daemon : await side.start();
    expect(await infoOf(side, 'second')).toMatchObject({ description: 'waiting for first (exited)' });

    side.writeFile('go', '');

    expect(await following.exited()).toBe(0);
    expect(side.readFile('main.log')).toContain("spawned: 'second'");
  },
);

test('exit_when_idle ends the daemon when its last program has ended', async ({ side }) => {
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}[supervisord]\nexit_when_idle=true\n` +
      program('first', { ...ENDS, command: 'true' }) +
      program('second', { ...ENDS, command: 'sleep 0.3', depends_on: 'first:exited' }),
  );
  const daemon = await side.start();
  expect(await daemon.exited()).toBe(0);
  expect(side.readFile('main.log')).toContain('exited: second (exit status 0; expected)');
});

test('exit_when_idle does not end a daemon whose only program a client restarts or updates', async ({
  side,
}) => {
  const write = (command: string) =>
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[supervisord]\nexit_when_idle=true\n${program('only', { ...ENDS, command })}`,
    );
  write('sleep 1000');
  const daemon = await side.start();
  await untilState(side, 'only', 'RUNNING');
  expect((await side.ctl(['restart', 'only'])).stdout).toBe('only: stopped\nonly: started\n');
  write('sleep 2000');
  expect((await side.ctl(['update'])).stdout).toBe('only: stopped\nonly: updated process group\n');
  await untilState(side, 'only', 'RUNNING');
  write('sleep 0.2');
  expect((await ownCtl(side, 'update')).stdout).toBe('only: stopped\nonly: updated process group\n');
  expect(await daemon.exited()).toBe(0);
  expect(side.readFile('main.log')).toContain('exited: only (exit status 0; expected)');
});

test('exit_when_idle ends the daemon some seconds after a client has removed the last schedule', async ({
  side,
}) => {
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}[supervisord]\nexit_when_idle=true\n${program('job', { command: 'true', cron: '0 0 1 1 *' })}`,
  );
  const daemon = await side.start();
  await untilState(side, 'job', 'STOPPED');
  await call(side, 'removeProcessGroup', 'job');
  expect(await daemon.exited()).toBe(0);
});
