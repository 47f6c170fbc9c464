/** Every key about starts and ends of programs, across what may happen to a daemon meanwhile. */
import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { findLibrary } from '../../../../compat/harness/debian.ts';
import type { Daemon, Side, StartOptions } from '../../../../compat/scenario.ts';
import { allInfo, count, program, test } from '../../support.ts';
import { EXIT_ON, ROWS, waitingSeconds } from './rows.ts';

const FAKETIME = findLibrary('faketime/libfaketimeMT.so.1');
const OTHER = program('other', { command: 'sleep 1000', startsecs: 0 });

interface Disturbance {
  readonly name: string;
  /** Returns the daemon that runs afterwards. */
  readonly disturb: (side: Side, daemon: Daemon) => Promise<Daemon>;
  readonly start?: (side: Side) => StartOptions;
  /** All programs are stopped and started. */
  readonly isAnew?: true;
  readonly isUpgrade?: true;
  /** The exit status of a program is not known to a daemon that is not its parent. */
  readonly isOrphaning?: true;
}

const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'SIGHUP',
    isAnew: true,
    disturb: async (side, daemon) => {
      daemon.signal('SIGHUP');
      await untilStarts(side, 2);
      return daemon;
    },
  },
  {
    name: 'reread and update',
    disturb: async (side, daemon) => {
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
    },
  },
  {
    name: 'kill -9 of the daemon',
    isOrphaning: true,
    disturb: async (side, daemon) => {
      daemon.signal('SIGKILL');
      await daemon.exited();
      return side.start();
    },
  },
  {
    name: 'an upgrade in place',
    isUpgrade: true,
    disturb: async (side, daemon) => {
      daemon.signal('SIGUSR1');
      await untilStarts(side, 2);
      return daemon;
    },
  },
  {
    name: 'SIGSTOP of the daemon',
    disturb: async (_, daemon) => {
      daemon.signal('SIGSTOP');
      await delay(4000);
      daemon.signal('SIGCONT');
      return daemon;
    },
  },
  ...(FAKETIME === null
    ? []
    : [
        {
          name: 'a clock that is set forward and back',
          start: (side: Side): StartOptions => {
            setClock(side, 0);
            return {
              environment: {
                LD_PRELOAD: FAKETIME,
                FAKETIME_TIMESTAMP_FILE: side.path('clock'),
                FAKETIME_NO_CACHE: '1',
                DONT_FAKE_MONOTONIC: '1',
              },
            };
          },
          disturb: async (side: Side, daemon: Daemon) => {
            for (const hours of [3, -48]) {
              setClock(side, hours * 3600);
              await Promise.all(ROWS.map(({ reached }) => reached(side)));
            }
            return daemon;
          },
        },
      ]),
];

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

test.concurrent.for(DISTURBANCES)(
  '$name: waits, pauses, checks, hooks and stops go on',
  async ({ disturb, start, isAnew = false, isOrphaning = false, isUpgrade = false }, { side }) => {
    const rows = [...ROWS, EXIT_ON].filter(({ delaysUpgrade }) => !(isUpgrade && delaysUpgrade));
    side.writeFile(
      'supervisord.conf',
      side.preamble.replace('[supervisord]', '[supervisord]\nenvironment=LD_PRELOAD=""') +
        OTHER +
        rows.map(({ sections }) => sections(side)).join(''),
    );
    const daemon = await side.start(start?.(side));
    const kept = isAnew ? rows.filter(({ isLostAnew }) => !isLostAnew) : rows;
    const arrive = async (): Promise<void> => {
      await Promise.all(
        kept.map(async ({ begin, reached }) => {
          await begin?.(side);
          await reached(side);
        }),
      );
    };
    await arrive();
    const before = { pids: await pids(side), spawns: spawns(side), waiting: await waitingSeconds(side) };

    const following = await disturb(side, daemon);

    if (isAnew) {
      await arrive();
    } else {
      await Promise.all(kept.map(({ reached }) => reached(side)));
      expect(await pids(side)).toEqual(before.pids);
      expect(spawns(side)).toEqual(before.spawns);
      for (const [name, seconds] of await waitingSeconds(side)) {
        expect(seconds, name).toBeGreaterThanOrEqual(before.waiting.get(name) ?? -1);
      }
    }
    await Promise.all(
      kept
        .filter((row) => row !== EXIT_ON)
        .map(async ({ keys, finish }) => {
          await finish(side, isAnew).catch((error: unknown) => {
            throw new Error(`${keys}: ${String(error)}`, { cause: error });
          });
        }),
    );
    await EXIT_ON.finish(side, isAnew);
    const status = await following.exited();
    expect(isOrphaning ? [1, 3] : [3]).toContain(status);
  },
);
