/**
 * Timers of any length, on the monotonic clock.
 *
 * @module
 */

/** The longest delay that Node's timers take, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls once after the delay, never before this returns; the returned function cancels that. A delay of more than 24
 * days ends early: the callback compares the time, and sets another alarm.
 */
export function setAlarm(delayMs: number, ring: () => void): () => void {
  if (delayMs <= 0) {
    const immediate = setImmediate(ring);
    return () => clearImmediate(immediate);
  }
  const timeout = setTimeout(ring, Math.min(delayMs, LONGEST_TIMEOUT_MS));
  return () => clearTimeout(timeout);
}

/** Keeps this process running while it waits for signals only, which Node does not count; the returned function ends that. */
export function keepRunning(): () => void {
  const timer = setInterval(() => {}, LONGEST_TIMEOUT_MS);
  return () => clearInterval(timer);
}
