/**
 * What a daemon does when nothing happens.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import { sleepers } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { childCount, cpuSeconds, wakeUps } from '../proc.ts';
import { medianOf } from '../statistics.ts';

const PROGRAMS = 100;

/** The effects of the start are over then: late timers, and V8's last collection, up to twenty seconds after it. */
const SETTLE_MS = 25_000;

/** Watches a daemon whose programs only sleep. */
export const idle: Case = {
  name: 'idle',
  setting: `${PROGRAMS} programs that sleep, no client`,
  timeoutSeconds: 90,
  figures: [
    {
      name: 'idle-wake-ups',
      title: `wake-ups per second, idle with ${PROGRAMS} programs`,
      meaning:
        'voluntary context switches of all threads of the daemon, from 25 seconds after all programs run: V8 collects garbage for up to 20 seconds',
      unit: 'rate',
      better: 'lower',
      place: 10,
      target: { kind: 'at most', value: 0.1 },
      value: medianOf('idle.wake-ups'),
    },
    {
      name: 'idle-cpu',
      title: `cpu per hour, idle with ${PROGRAMS} programs`,
      meaning:
        'cpu time of the daemon in the same seconds, scaled to an hour; less than one tick of 10 ms shows as 0',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0 },
      value: medianOf('idle.cpu'),
    },
  ],
  run: (subject, { idleSeconds }) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({ programs: sleepers(PROGRAMS) });
      (await daemon.firstAnswer()).close();
      await waitUntil('all programs run', () => childCount(daemon.pid) >= PROGRAMS, 30);
      await delay(SETTLE_MS);
      const start = performance.now();
      const wakeUpsBefore = wakeUps(daemon.pid);
      const cpuBefore = cpuSeconds(daemon.pid);
      await delay(idleSeconds * 1000);
      const seconds = (performance.now() - start) / 1000;
      return {
        'idle.wake-ups': [(wakeUps(daemon.pid) - wakeUpsBefore) / seconds],
        'idle.cpu': [((cpuSeconds(daemon.pid) - cpuBefore) / seconds) * 3600],
      };
    }),
};
