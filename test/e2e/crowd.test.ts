import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Daemon, Side } from '../../compat/scenario.ts';
import {
  allInfo,
  call,
  childrenOf,
  count,
  cpuSeconds,
  openFiles,
  program,
  startWith,
  test,
  thorough,
  untilFilesAreKept,
} from './support.ts';

const QUIET = { stdout_logfile: 'NONE', stderr_logfile: 'NONE', startsecs: 0 };

function crowd(numprocs: number, keys: Readonly<Record<string, string | number>> = {}): string {
  const all = { command: '/bin/sleep 1000', process_name: 'c%(process_num)s', numprocs, ...QUIET, ...keys };
  return program('crowd', all);
}

function mainLogCount(side: Side, pattern: RegExp): number {
  return count(side.readFile('main.log'), pattern);
}

async function untilLogged(side: Side, pattern: RegExp, times: number): Promise<void> {
  await side.logged(pattern, { times });
}

test('300 programs are started and stopped again and again without leaving anything behind', async ({
  side,
}) => {
  const daemon = await startWith(side, crowd(300, { autostart: 'false' }));
  await untilFilesAreKept(side, daemon.pid);
  const filesBefore = openFiles(daemon.pid);
  for (let round = 1; round <= 3; round += 1) {
    await call(side, 'startProcessGroup', 'crowd');
    expect(childrenOf(daemon.pid)).toHaveLength(300);
    await call(side, 'stopProcessGroup', 'crowd');
    expect(childrenOf(daemon.pid)).toEqual([]);
  }
  expect(mainLogCount(side, /stopped: c\d+ \(terminated by SIGTERM\)/g)).toBe(900);
  // The history is opened at the first change of a state.
  await side.waitFor('no descriptor is left', () => openFiles(daemon.pid) <= filesBefore + 1);
});

test('fifty programs that crash at once do not keep the daemon from answering, nor busy', async ({
  side,
}) => {
  const daemon = await startWith(side, crowd(50, { command: '/bin/false', autorestart: 'true' }));
  await untilLogged(side, /exited: c\d+ /g, 100);
  const cpu = cpuSeconds(daemon.pid);
  const began = performance.now();
  await untilLogged(side, /exited: c\d+ /g, mainLogCount(side, /exited: c\d+ /g) + 200);
  const seconds = (performance.now() - began) / 1000;

  // 200 more runs of 50 programs, each of which waits a second after its start: four seconds at least.
  expect(seconds).toBeGreaterThan(2.5);
  expect(cpuSeconds(daemon.pid) - cpu).toBeLessThan(seconds / 2);
  expect(await allInfo(side)).toHaveLength(50);
  expect(await daemon.stop()).toBe(0);
});

test('crashing programs with startsecs are given up, and all others run on', async ({ side }) => {
  const keys = { command: '/bin/false', startsecs: 60, startretries: 1 };
  await startWith(side, crowd(20, keys) + program('calm', { command: '/bin/cat', ...QUIET }));
  await untilLogged(side, /gave up: c\d+ entered FATAL state, too many start retries too quickly/g, 20);
  expect(mainLogCount(side, /spawned: 'c\d+'/g)).toBe(40);
  expect((await allInfo(side)).find(({ name }) => name === 'calm')?.statename).toBe('RUNNING');
});

function startHalf(side: Side): Promise<Daemon> {
  const ready = () => mainLogCount(side, /spawned: 'c\d+'/g) > 20;
  return startWith(side, crowd(300), { ready });
}

test('TERM while 300 programs are being started ends all of them and the daemon', async ({ side }) => {
  const daemon = await startHalf(side);
  daemon.signal('SIGTERM');
  expect(await daemon.exited(60)).toBe(0);
  const spawned = mainLogCount(side, /spawned: 'c\d+'/g);
  expect(mainLogCount(side, /stopped: c\d+ /g)).toBe(spawned);
});

test('HUP while 300 programs are being started starts over with the same pid', async ({ side }) => {
  const daemon = await startHalf(side);
  daemon.signal('SIGHUP');
  await untilLogged(side, /supervisord started with pid/g, 2);
  await side.waitFor(
    'all run',
    async () => (await allInfo(side)).every(({ statename }) => statename === 'RUNNING'),
    60,
  );
  expect(await call(side, 'getPID')).toBe(daemon.pid);
  expect(childrenOf(daemon.pid)).toHaveLength(300);
  expect(await daemon.stop()).toBe(0);
});

test('two TERMs are one shutdown', async ({ side }) => {
  const daemon = await startWith(side, crowd(20));
  await untilLogged(side, /success: c\d+/g, 20);
  daemon.signal('SIGTERM');
  daemon.signal('SIGTERM');
  daemon.signal('SIGINT');
  expect(await daemon.exited()).toBe(0);
  expect(mainLogCount(side, /stopped: c\d+ /g)).toBe(20);
});

test('a TERM in the first moments leaves neither a socket nor a pidfile nor a program behind', async ({
  side,
}) => {
  for (const delayMs of thorough([20, 60, 100, 140, 180, 220], [20, 100, 180])) {
    const began = performance.now();
    const daemon = await startWith(side, crowd(5), { ready: () => performance.now() - began >= delayMs });
    daemon.signal('SIGTERM');
    await daemon.exited();
    expect([existsSync(side.path('s.sock')), existsSync(side.path('supervisord.pid'))]).toEqual([
      false,
      false,
    ]);
    expect(mainLogCount(side, /stopped: c\d/g)).toBe(mainLogCount(side, /spawned: 'c\d/g));
  }
});

test('2,000 programs are read, listed, started and stopped', async ({ side }) => {
  const daemon = await startWith(side, crowd(2000, { autostart: 'false' }));
  expect(await allInfo(side)).toHaveLength(2000);
  expect(await call(side, 'startProcess', 'crowd:c1999')).toBe(true);
  expect(await call(side, 'stopProcess', 'crowd:c1999')).toBe(true);
  expect(await call(side, 'reloadConfig')).toEqual([[[], [], []]]);
  expect(await daemon.stop()).toBe(0);
});
