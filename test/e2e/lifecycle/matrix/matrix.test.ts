/** Every key about starts and ends of programs, across what may happen to a daemon meanwhile. */
import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { findLibrary } from '../../../../compat/harness/debian.ts';
import type { Daemon, Side, StartOptions } from '../../../../compat/scenario.ts';
import { allInfo, count, program, waitingTest as test } from '../../support.ts';
import { EXIT_ON, ROWS, type Row, waitingSeconds } from './rows.ts';

const FAKETIME = findLibrary('faketime/libfaketimeMT.so.1');
const OTHER = program('other', { command: 'sleep 1000', startsecs: 0 });

interface Disturbance {
  readonly name: string;
  /** One after the other; each returns the daemon that runs afterwards. */
  readonly steps: readonly ((side: Side, daemon: Daemon) => Promise<Daemon>)[];
  /** All programs are stopped and started. */
  readonly isAnew?: true;
  readonly isUpgrade?: true;
  /** The exit status of a program is not known to a daemon that is not its parent. */
  readonly isOrphaning?: true;
}

const DISTURBANCES: readonly Disturbance[] = [
  { name: 'SIGHUP', isAnew: true, steps: [reload] },
  {
    name: 'update, SIGSTOP of the daemon, a clock that is set forward and back',
    steps: [update, stopForSeconds, setClockBy(3), setClockBy(-48)],
  },
  { name: 'kill -9 of the daemon', isOrphaning: true, steps: [killAndStart] },
  { name: 'an upgrade in place', isUpgrade: true, steps: [upgrade] },
];

async function reload(side: Side, daemon: Daemon): Promise<Daemon> {
  daemon.signal('SIGHUP');
  await untilStarts(side, 2);
  return daemon;
}

/** Adds a program, and changes one that is not looked at. */
async function update(side: Side, daemon: Daemon): Promise<Daemon> {
  const text = side.readFile('supervisord.conf');
  side.writeFile(
    'supervisord.conf',
    text.replace(OTHER, program('other', { command: 'sleep 1001', startsecs: 0 })) +
      program('added', { command: 'sleep 1000', startsecs: 0 }),
  );
  expect((await side.ctl(['reread'])).stdout).toBe('added: available\nother: changed\n');
  expect((await side.ctl(['update'])).stdout).toBe(
    'other: stopped\nother: updated process group\nadded: added process group\n',
  );
  return daemon;
}

async function stopForSeconds(_side: Side, daemon: Daemon): Promise<Daemon> {
  daemon.signal('SIGSTOP');
  await delay(6000);
  daemon.signal('SIGCONT');
  return daemon;
}

async function killAndStart(side: Side, daemon: Daemon): Promise<Daemon> {
  daemon.signal('SIGKILL');
  await daemon.exited();
  return side.start();
}

async function upgrade(side: Side, daemon: Daemon): Promise<Daemon> {
  daemon.signal('SIGUSR1');
  await untilStarts(side, 2);
  return daemon;
}

/** Only where libfaketime is unpacked; the clock of the machine stays as it is. */
function setClockBy(hours: number): (side: Side, daemon: Daemon) => Promise<Daemon> {
  return async (side, daemon) => {
    setClock(side, hours * 3600);
    return daemon;
  };
}

/** A daemon that reads its time from the file `clock`; its programs do not. */
function withClock(side: Side): StartOptions {
  setClock(side, 0);
  return FAKETIME === null
    ? {}
    : {
        environment: {
          LD_PRELOAD: FAKETIME,
          FAKETIME_TIMESTAMP_FILE: side.path('clock'),
          FAKETIME_NO_CACHE: '1',
          DONT_FAKE_MONOTONIC: '1',
        },
      };
}

/** @param seconds how far the clock of the daemon is ahead of the machine's */
function setClock(side: Side, seconds: number): void {
  renameSync(side.writeFile('clock.new', `${seconds < 0 ? '' : '+'}${seconds}\n`), side.path('clock'));
}

async function untilStarts(side: Side, starts: number): Promise<void> {
  await side.waitFor(
    'the daemon is up again',
    () => count(side.readFile('main.log'), /supervisord started with pid/g) === starts,
  );
  await side.waitFor('it answers', async () => 'result' in (await side.rpc('supervisor.getPID')));
}

/** How often each program was spawned. */
function spawns(side: Side): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [, name = ''] of side.readFile('main.log').matchAll(/spawned: '([^']+)'/g)) {
    if (name !== 'other' && name !== 'added') {
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

async function pids(side: Side): Promise<Readonly<Record<string, number>>> {
  const running = (await allInfo(side)).filter(
    ({ name, pid }) => pid > 0 && !['other', 'added', 'signalled'].includes(name),
  );
  return Object.fromEntries(running.map(({ name, pid }) => [name, pid]));
}

test.for(DISTURBANCES)(
  '$name: waits, pauses, checks, hooks and stops go on',
  async ({ steps, isAnew = false, isOrphaning = false, isUpgrade = false }, { side }) => {
    const rows = [...ROWS, EXIT_ON].filter(
      ({ isLostAnew, delaysUpgrade }) => !(isAnew && isLostAnew) && !(isUpgrade && delaysUpgrade),
    );
    side.writeFile(
      'supervisord.conf',
      side.preamble.replace(
        '[supervisord]',
        `[supervisord]\nenvironment=LD_PRELOAD=""\nstatedir=${side.path('state')}`,
      ) +
        OTHER +
        rows.map(({ sections }) => sections(side)).join(''),
    );
    let daemon = await side.start(withClock(side));
    const arrive = async (begins: boolean): Promise<void> => {
      await ofEach(rows, async ({ begin, reached }) => {
        if (begins) {
          await begin?.(side);
        }
        await reached(side);
      });
    };
    await arrive(true);
    const before = await seen(side);

    for (const step of steps) {
      daemon = await step(side, daemon);
      await arrive(isAnew);
      if (!isAnew) {
        expectUnchanged(await seen(side), before);
      }
    }

    await ofEach(
      ROWS.filter((row) => rows.includes(row)),
      ({ finish }) => finish(side, isAnew),
    );
    await EXIT_ON.finish(side, isAnew);
    expect(isOrphaning ? [1, 3] : [3]).toContain(await daemon.exited());
  },
);

/** Names the keys of a row that fails. */
async function ofEach(rows: readonly Row[], act: (row: Row) => Promise<void>): Promise<void> {
  await Promise.all(
    rows.map((row) =>
      act(row).catch((error: unknown) => {
        throw new Error(`${row.keys}: ${String(error)}`, { cause: error });
      }),
    ),
  );
}

interface Seen {
  readonly pids: Readonly<Record<string, number>>;
  readonly spawns: Readonly<Record<string, number>>;
  readonly waiting: ReadonlyMap<string, number>;
}

async function seen(side: Side): Promise<Seen> {
  return { pids: await pids(side), spawns: spawns(side), waiting: await waitingSeconds(side) };
}

function expectUnchanged(now: Seen, before: Seen): void {
  expect(now.pids).toEqual(before.pids);
  expect(now.spawns).toEqual(before.spawns);
  for (const [name, seconds] of now.waiting) {
    expect(seconds, name).toBeGreaterThanOrEqual(before.waiting.get(name) ?? -1);
  }
}
