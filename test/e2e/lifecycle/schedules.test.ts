import { existsSync, renameSync } from 'node:fs';
import { expect } from 'vitest';
import { findLibrary } from '../../../compat/harness/debian.ts';
import type { Side } from '../../../compat/scenario.ts';
import { need, needing } from '../../needs.ts';
import {
  call,
  faultOf,
  infoOf,
  ownCtl,
  program,
  script,
  startWith,
  waitingTest as test,
  untilState,
} from '../support.ts';

const FAKETIME = findLibrary('faketime/libfaketimeMT.so.1');
const EVERY_SECOND = '* * * * * *';
const NEVER_SOON = '0 0 1 1 *';

function configure(side: Side, sections: string): void {
  const keys = `[supervisord]\nstatedir=${side.path('state')}\n`;
  side.writeFile('supervisord.conf', side.preamble.replace('[supervisord]\n', keys) + sections);
}

function runs(side: Side): number {
  return side.readFile('runs').split('\n').length - 1;
}

test('a program with cron runs when its time comes, whatever its last run returned', async ({ side }) => {
  const job = script(side, 'job.sh', `echo run >> ${side.path('runs')}; exit 3`);
  const second = (): number => Math.floor(Date.now() / 1000);
  const began = second();
  await startWith(side, program('job', { command: job, cron: EVERY_SECOND, catch_up: 'true' }));
  await side.logged('catch_up of job needs statedir in [supervisord]');
  await side.waitFor('it has run three times', () => runs(side) >= 3);
  const count = runs(side);
  expect(count).toBeLessThanOrEqual(second() - began);
  const { description } = await untilState(side, 'job', 'EXITED');
  expect(description).toMatch(/^\w{3} \d\d \d\d:\d\d [AP]M, next run \w{3} \d\d:\d\d(:\d\d)?$/);
});

test('it does not run with the daemon, unless run_on_start is set', async ({ side }) => {
  const common = { command: 'true', cron: NEVER_SOON };
  await startWith(side, program('job', common) + program('early', { ...common, run_on_start: 'true' }));
  await untilState(side, 'early', 'EXITED');
  expect(await infoOf(side, 'job')).toMatchObject({
    statename: 'STOPPED',
    description: expect.stringMatching(/^next run (\w{3}|Jan 01) 00:00$/),
  });
});

test('a run that goes on when the next is due stays, is replaced, or runs beside the next one', async ({
  side,
}) => {
  const common = { command: 'sleep 1000', cron: EVERY_SECOND };
  await startWith(
    side,
    program('stays', common) +
      program('replaced', { ...common, cron_overlap: 'kill' }) +
      program('company', {
        ...common,
        cron_overlap: 'allow',
        numprocs: 2,
        process_name: '%(process_num)d',
      }),
  );
  const { pid: kept } = await untilState(side, 'stays', 'RUNNING');
  const { pid: first } = await untilState(side, 'replaced', 'RUNNING');
  await side.waitFor('another run', async () => ![0, first].includes((await infoOf(side, 'replaced')).pid));
  await untilState(side, 'company:0', 'RUNNING');
  await untilState(side, 'company:1', 'RUNNING');
  await side.logged('all 2 processes of company');
  await side.logged('stays still runs: the run that is due now is skipped');
  expect((await infoOf(side, 'stays')).pid).toBe(kept);
});

test('a run that was missed while no daemon ran is caught up where catch_up is set', async ({ side }) => {
  const note = script(side, 'note.sh', `echo "$1" >> ${side.path('runs')}`);
  configure(
    side,
    program('caught', { command: `${note} caught`, cron: EVERY_SECOND, catch_up: 'true' }) +
      program('lost', { command: `${note} lost`, cron: NEVER_SOON }),
  );
  const daemon = await side.start();
  await side.waitFor('it has run', () => side.readFile('runs').includes('caught'));
  await daemon.stop();
  const stopped = Math.floor(Date.now() / 1000);
  await side.waitFor('a run was missed', () => Math.floor(Date.now() / 1000) > stopped + 1);
  await side.start();
  await side.logged('caught missed a run');
  expect(side.readFile('runs')).not.toContain('lost');
});

test('a disabled program stays stopped over restarts of the daemon, until it is enabled', async ({
  side,
}) => {
  configure(
    side,
    program('web', { command: 'sleep 1000', startsecs: 0 }) +
      program('job', { command: 'true', cron: EVERY_SECOND }),
  );
  const daemon = await side.start();
  await untilState(side, 'web', 'RUNNING');
  for (const name of ['web', 'job']) await side.rpc('visord.setEnabled', [name, false]);
  await side.waitFor('both are at rest', async () =>
    (await Promise.all(['web', 'job'].map((name) => infoOf(side, name)))).every(
      ({ description }) => description === 'disabled',
    ),
  );
  await daemon.stop();
  const next = await side.start();
  expect(await infoOf(side, 'web')).toMatchObject({ statename: 'STOPPED', description: 'disabled' });
  expect(await infoOf(side, 'job')).toMatchObject({ statename: 'STOPPED', description: 'disabled' });

  await call(side, 'startProcess', 'web');
  const { pid } = await untilState(side, 'web', 'RUNNING');
  next.signal('SIGKILL');
  await next.exited();
  await side.start();
  expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid });
  await side.rpc('visord.setEnabled', ['job', true]);
  await untilState(side, 'job', 'EXITED');
});

test('a disabled program is not started for its dependents, which wait', async ({ side }) => {
  const idle = { command: 'sleep 1000', startsecs: 0 };
  configure(side, program('db', idle) + program('web', { ...idle, depends_on: 'db' }));
  const daemon = await side.start();
  await untilState(side, 'web', 'RUNNING');
  expect((await ownCtl(side, 'disable', 'db')).stdout).toBe('db: disabled\n');
  await daemon.stop();
  await side.start();
  await side.waitFor(
    'web waits',
    async () => (await infoOf(side, 'web')).description === 'waiting for db (running)',
  );
  expect(await faultOf(side.rpc('supervisor.startProcess', ['web']))).toBe(
    'ABNORMAL_TERMINATION: web (db is disabled)',
  );
  expect((await infoOf(side, 'db')).description).toBe('disabled');
  expect((await ownCtl(side, 'enable', 'db')).stdout).toBe('db: enabled\n');
  await call(side, 'startProcess', 'web');
  expect((await infoOf(side, 'db')).statename).toBe('RUNNING');
});

test.for(['SIGKILL', 'SIGUSR1'] as const)(
  'a schedule goes on after %s, and no run comes again',
  async (signal, { side }) => {
    const job = script(side, 'job.sh', `echo run >> ${side.path('runs')}`);
    const daemon = await startWith(
      side,
      program('job', { command: job, cron: NEVER_SOON, run_on_start: 'true' }) +
        program('often', { command: 'true', cron: EVERY_SECOND }),
    );
    const { description } = await untilState(side, 'job', 'EXITED');
    expect(description).toContain(', next run ');
    daemon.signal(signal);
    if (signal === 'SIGKILL') {
      await daemon.exited();
      await side.start();
    }
    const log = await side.logged('supervisord started with pid', { times: 2 });
    await side.logged("spawned: 'often'", { times: log.split("spawned: 'often'").length });
    expect(await infoOf(side, 'job')).toMatchObject({ statename: 'EXITED', description });
    expect(runs(side)).toBe(1);
  },
);

test('a run that is due while a reload stops other programs comes after it', async ({ side }) => {
  const past = `while [ $(date +%s) -le $(cat ${side.path('due')}) ]; do sleep 0.05; done`;
  const slow = script(
    side,
    'slow.sh',
    `trap '${past}; exit' TERM; touch ${side.path('up')}; while :; do sleep 0.05; done`,
  );
  const daemon = await startWith(side, program('slow', { command: slow, startsecs: 0 }));
  await side.waitFor('it handles the signal', () => existsSync(side.path('up')));
  const dueAt = new Date((Math.floor(Date.now() / 1000) + 4) * 1000);
  side.writeFile('due', `${dueAt.getTime() / 1000}\n`);
  side.writeFile(
    'supervisord.conf',
    side.readFile('supervisord.conf') +
      program('job', {
        command: script(side, 'job.sh', `echo run >> ${side.path('runs')}`),
        cron: `${dueAt.getUTCSeconds()} ${dueAt.getUTCMinutes()} ${dueAt.getUTCHours()} * * *`,
        timezone: 'UTC',
      }),
  );
  await side.rpc('supervisor.reloadConfig');
  await side.rpc('supervisor.addProcessGroup', ['job']);
  daemon.signal('SIGHUP');
  await side.waitFor('the run', () => runs(side) > 0);
  expect(runs(side)).toBe(1);
});

needing(test, need(FAKETIME !== null, 'npm run setup -- --reference'))(
  'runs follow a clock that is set forward and back',
  async ({ side }) => {
    const setClock = (offset: string): void =>
      renameSync(side.writeFile('clock.new', `${offset}\n`), side.path('clock'));
    setClock('+0');
    const job = script(side, 'job.sh', `echo run >> ${side.path('runs')}`);
    side.writeFile(
      'supervisord.conf',
      side.preamble.replace('[supervisord]', '[supervisord]\nenvironment=LD_PRELOAD=""') +
        program('job', { command: job, cron: EVERY_SECOND }) +
        program('daily', { command: job, cron: NEVER_SOON }),
    );
    await side.start({
      environment: {
        LD_PRELOAD: FAKETIME ?? '',
        FAKETIME_TIMESTAMP_FILE: side.path('clock'),
        FAKETIME_NO_CACHE: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    });
    for (const offset of ['+0', '+10800', '-172800', '+0']) {
      setClock(offset);
      const before = existsSync(side.path('runs')) ? runs(side) : 0;
      await side.waitFor(
        `it runs at ${offset}`,
        () => existsSync(side.path('runs')) && runs(side) > before + 1,
      );
    }
    expect((await infoOf(side, 'daily')).statename).toBe('STOPPED');
  },
);

test('without statedir nothing can be disabled', async ({ side }) => {
  await startWith(side, program('web', { command: 'sleep 1000', startsecs: 0 }));
  expect(await faultOf(side.rpc('visord.setEnabled', ['web', false]))).toBe(
    'FAILED: statedir is not set in [supervisord]: nothing can be remembered',
  );
  await untilState(side, 'web', 'RUNNING');
});

test('reload_signal is sent by reloadProcess', async ({ side }) => {
  const web = script(
    side,
    'web.sh',
    `trap 'touch ${side.path('reloaded')}' USR2; touch ${side.path('up')}; while :; do sleep 0.05; done`,
  );
  await startWith(
    side,
    program('web', { command: web, startsecs: 0, reload_signal: 'USR2' }) +
      program('plain', { command: 'sleep 1000', startsecs: 0 }) +
      program('off', { command: 'sleep 1000', autostart: 'false', reload_signal: 'HUP' }),
  );
  await side.waitFor('it handles the signal', () => existsSync(side.path('up')));
  await untilState(side, 'web', 'RUNNING');
  expect(await side.rpc('visord.reloadProcess', ['web'])).toEqual({ result: true });
  await side.waitFor('it has reloaded', () => existsSync(side.path('reloaded')));
  expect(await faultOf(side.rpc('visord.reloadProcess', ['plain']))).toBe(
    'FAILED: plain has no reload_signal',
  );
  expect(await faultOf(side.rpc('visord.reloadProcess', ['off']))).toBe('NOT_RUNNING: off');
});

test('a daemon with exit_when_idle goes on for the next run', async ({ side }) => {
  side.writeFile(
    'supervisord.conf',
    side.preamble.replace('[supervisord]\n', '[supervisord]\nexit_when_idle=true\n') +
      program('job', { command: 'true', cron: NEVER_SOON, run_on_start: 'true' }),
  );
  const daemon = await side.start();
  await untilState(side, 'job', 'EXITED');
  expect(await call(side, 'getState')).toMatchObject({ statename: 'RUNNING' });
  expect(daemon.isRunning()).toBe(true);
});
