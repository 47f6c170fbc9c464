import { closeSync, constants, existsSync, openSync, readlinkSync, readSync } from 'node:fs';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { call, program, script, startWith, test, untilState } from './support.ts';

/** Counts on stdout, and says in a file of its own how far it is. */
const COUNTER = `cd "$(dirname "$0")"
i=0
while :; do
  i=$((i + 1))
  echo $i
  echo $i > progress
  sleep 0.02
done`;

interface Orphaned {
  readonly daemon: Daemon;
  readonly pid: number;
  readonly fifo: string;
}

async function killDaemonOf(side: Side): Promise<Orphaned> {
  const counter = script(side, 'counter.sh', COUNTER);
  const log = side.path('counter.log');
  const daemon = await startWith(
    side,
    program('counter', { command: counter, stdout_logfile: log, startsecs: 0 }),
  );
  const { pid } = await untilState(side, 'counter', 'RUNNING');
  await side.waitFor('it counts', () => side.readFile('counter.log').includes('5\n'));
  const fifo = readlinkSync(`/proc/${pid}/fd/1`);
  daemon.signal('SIGKILL');
  await daemon.exited();
  return { daemon, pid, fifo };
}

function progress(side: Side): number {
  return Number(side.readFile('progress'));
}

test('programs go on running and writing when the daemon is killed, and what they write waits', async ({
  side,
}) => {
  const { pid, fifo } = await killDaemonOf(side);
  const last = Number(side.readFile('counter.log').trimEnd().split('\n').at(-1));
  await side.waitFor('it goes on', () => progress(side) > last + 20);
  expect(isAlive(pid)).toBe(true);

  const fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65_536);
  const waiting = buffer.toString('latin1', 0, readSync(fd, buffer)).trimEnd().split('\n').map(Number);
  closeSync(fd);
  expect(waiting.length).toBeGreaterThanOrEqual(20);
  expect(waiting).toEqual(waiting.map((_, index) => last + 1 + index));
});

test('a new daemon starts over the socket, the pidfile and the folder that a killed one left', async ({
  side,
}) => {
  const { pid, daemon } = await killDaemonOf(side);
  expect(existsSync(side.path('s.sock'))).toBe(true);
  expect(side.readFile('supervisord.pid')).toBe(`${daemon.pid}\n`);

  const next = await side.start();

  expect(await call(side, 'getPID')).toBe(next.pid);
  expect(side.readFile('supervisord.pid')).toBe(`${next.pid}\n`);
  await untilState(side, 'counter', 'RUNNING');
  const seen = progress(side);
  await side.waitFor('the programs go on', () => progress(side) !== seen);
  expect(isAlive(pid)).toBe(true);
  expect(await next.stop()).toBe(0);
  expect([existsSync(side.path('s.sock')), existsSync(side.path('supervisord.pid'))]).toEqual([false, false]);
});
