/**
 * The watchdog of a process: it reports again and again that it is alive (WATCHDOG=1).
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import { setAlarm } from '../../io/timers.ts';

export interface WatchdogOptions {
  readonly timeoutMs: number;
  /** Takes the reports that have come and have not been read yet. */
  readonly drain: () => void;
  readonly onOverdue: () => void;
}

export interface Watchdog {
  /** The process has reported that it is alive. */
  alive(): void;
  stop(): void;
}

/** An alarm that fires this much too late shows that the daemon was stopped, or the machine slept; in milliseconds. */
const HELD_UP_MS = 2000;

/** Begins now, as if the process had just reported; one timer serves any number of reports. */
export function startWatchdog({ timeoutMs, drain, onOverdue }: WatchdogOptions): Watchdog {
  let dueAtMs = now().monotonicMs + timeoutMs;
  let isOver = false;
  let cancel: () => void = () => {};
  const alive = (): void => {
    dueAtMs = now().monotonicMs + timeoutMs;
  };
  const arm = (): void => {
    cancel = setAlarm(dueAtMs - now().monotonicMs, ring);
  };
  const ring = (): void => {
    if (now().monotonicMs > dueAtMs + HELD_UP_MS) {
      alive();
    } else if (now().monotonicMs >= dueAtMs - 1) {
      drain();
    }
    if (isOver) {
      return;
    }
    if (now().monotonicMs >= dueAtMs - 1) {
      isOver = true;
      onOverdue();
    } else {
      arm();
    }
  };
  arm();
  return {
    alive,
    stop: () => {
      isOver = true;
      cancel();
    },
  };
}
