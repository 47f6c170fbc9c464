/**
 * Waiting for the programs of a daemon.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningDaemon } from './bed.ts';
import { childCount } from './proc.ts';

/**
 * Waits until the daemon has the given number of children in /proc. Looks again whenever another hundredth of the time has
 * passed: fine enough, and no burden on a slow start.
 */
export async function haveStarted(
  daemon: Pick<RunningDaemon, 'pid' | 'bornAt' | 'isRunning'>,
  programs: number,
): Promise<void> {
  while (childCount(daemon.pid) < programs) {
    if (!daemon.isRunning()) throw new Error('the daemon ended before all programs ran');
    await delay((performance.now() - daemon.bornAt) / 100);
  }
}
