/**
 * Kills processes until none is left: those that die may fork meanwhile.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';

export interface KillLoopOptions {
  /** The processes that still run. */
  readonly remaining: () => readonly number[];
  /** Sends SIGKILL to them. */
  readonly kill: (pids: readonly number[]) => void;
  /** Called once, at once where nothing runs. @param killed all that were killed @param left those that still run */
  readonly onEnd: (killed: readonly number[], left: readonly number[]) => void;
}

/** How long processes may take to die, in milliseconds: one that waits for a disk does not. */
export const KILL_LIMIT_MS = 5000;

/** The kernel reports the end of others only to their parent. */
const FIRST_LOOK_MS = 2;
const LONGEST_LOOK_MS = 100;

export function killRemaining({ remaining, kill, onEnd }: KillLoopOptions): void {
  const killed = new Set<number>();
  let waitedMs = 0;
  let nextMs = FIRST_LOOK_MS;
  const look = (): void => {
    const pids = remaining();
    if (pids.length === 0 || waitedMs >= KILL_LIMIT_MS) {
      onEnd([...killed], pids);
      return;
    }
    for (const pid of pids) killed.add(pid);
    kill(pids);
    setAlarm(nextMs, look);
    waitedMs += nextMs;
    nextMs = Math.min(2 * nextMs, LONGEST_LOOK_MS);
  };
  look();
}

export function killEach(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or belongs to another user: it is looked for again.
    }
  }
}
