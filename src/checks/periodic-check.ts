/**
 * A check that is repeated, one probe at a time, until it is cancelled.
 *
 * @module
 */
import { now } from '../io/clock.ts';
import { setAlarm } from '../io/timers.ts';

/**
 * Starts a probe, and returns a function that cancels it. The probe calls back once, in a later turn: with null for
 * success, else with the failure in a few words.
 */
export type Probe = (onEnd: (failure: string | null) => void) => () => void;

export interface PeriodicCheckOptions {
  readonly probe: Probe;
  /** Monotonic milliseconds. */
  readonly firstAtMs: number;
  /** When the next probe begins, in monotonic milliseconds; one that is in the past begins at once. */
  readonly nextAtMs: (beganAtMs: number) => number;
  /**
   * Milliseconds: a probe that is overdue for longer, because the daemon was stopped, is skipped. If left out, no
   * probe is skipped.
   */
  readonly longestDelayMs?: number;
  /** Milliseconds after which the probe fails by itself. */
  readonly timeoutMs: number;
  /** @param tookMs from the beginning of the probe to its result */
  readonly onResult: (failure: string | null, tookMs: number) => void;
}

/**
 * A probe that failed this much later than its time limit is not evidence about the process: the daemon was stopped, or the
 * machine slept. In milliseconds.
 */
const HELD_UP_MS = 2000;

/** Returns a function that ends the check: a probe that runs is cancelled, and its result is dropped. */
export function checkPeriodically(options: PeriodicCheckOptions): () => void {
  const {
    probe,
    firstAtMs,
    nextAtMs,
    longestDelayMs = Number.POSITIVE_INFINITY,
    timeoutMs,
    onResult,
  } = options;
  let isOver = false;
  let wasLeftOut = false;
  let cancel: () => void = () => {};

  const awaitNext = (atMs: number): void => {
    cancel = setAlarm(atMs - now().monotonicMs, () => {
      const lateMs = now().monotonicMs - atMs;
      if (lateMs < -1) {
        awaitNext(atMs);
      } else if (lateMs > longestDelayMs && !wasLeftOut) {
        wasLeftOut = true;
        awaitNext(nextAtMs(atMs));
      } else {
        wasLeftOut = false;
        begin();
      }
    });
  };

  const begin = (): void => {
    const beganAtMs = now().monotonicMs;
    cancel = probe((failure) => {
      if (isOver) {
        return;
      }
      cancel = () => {};
      const tookMs = now().monotonicMs - beganAtMs;
      const isHeldUp = tookMs > timeoutMs + HELD_UP_MS;
      if (failure === null || !isHeldUp) {
        onResult(failure, tookMs);
      }
      // The result may have ended the check.
      if (!isOver) {
        awaitNext(nextAtMs(beganAtMs));
      }
    });
  };

  awaitNext(firstAtMs);
  return () => {
    isOver = true;
    cancel();
  };
}
