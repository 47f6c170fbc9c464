/**
 * Timers of any length, on the monotonic clock.
 *
 * @module
 */

import { now } from './clock.ts';

/** The longest delay that Node's timers take, in milliseconds. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A timer that fires this late shows that this process was stopped meanwhile, or that the machine slept. */
const HELD_UP_MS = 1000;

/**
 * Calls once after the delay, never before this returns; the returned function cancels that. Signals and input that have
 * arrived are handled first, and may cancel it: a child that has exited in time is not killed for being late, however long
 * this process was stopped. A delay of more than 24 days ends early: the callback compares the time, and sets another alarm.
 */
export function setAlarm(delayMs: number, ring: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const ringAfterInput = (): void => {
    immediate = setImmediate(ring);
  };
  const cancel = delayMs > 0 ? setTimer(delayMs, ringAfterInput) : ringAfterInput();
  return () => {
    cancel?.();
    clearImmediate(immediate);
  };
}

/**
 * Calls once when the limit has passed, as for the answer of another process. If this process was stopped
 * meanwhile, the limit is extended by that time, at most by its whole length, since the answer may have arrived
 * already. The returned function cancels that.
 */
export function setTimeLimit(limitMs: number, over: () => void): () => void {
  let cancel = (): void => {};
  const arm = (delayMs: number): void => {
    cancel = setTimer(delayMs, (lateMs) => {
      if (lateMs > HELD_UP_MS) {
        arm(Math.min(lateMs, limitMs));
      } else {
        over();
      }
    });
  };
  arm(limitMs);
  return () => cancel();
}

/** Calls once, 24 days after now at the latest, with the milliseconds that it is late; the returned function cancels that. */
function setTimer(delayMs: number, ring: (lateMs: number) => void): () => void {
  const limitedMs = Math.min(delayMs, LONGEST_TIMEOUT_MS);
  const dueAtMs = now().monotonicMs + limitedMs;
  const timeout = setTimeout(() => ring(now().monotonicMs - dueAtMs), limitedMs);
  return () => clearTimeout(timeout);
}

/** Keeps this process running while it waits for signals only, which Node does not count; the returned function ends that. */
export function keepRunning(): () => void {
  const timer = setInterval(() => {}, LONGEST_TIMEOUT_MS);
  return () => clearInterval(timer);
}
