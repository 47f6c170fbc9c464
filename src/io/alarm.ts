/**
 * One call at a moment of the monotonic clock.
 *
 * @module
 */

/** The longest delay that a timer takes, in milliseconds; whoever waits longer is called early, and waits anew. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls once after the delay, in the same turn of the loop never; returns what cancels it. */
export function setAlarm(delayMs: number, ring: () => void): () => void {
  if (delayMs <= 0) {
    const immediate = setImmediate(ring);
    return () => clearImmediate(immediate);
  }
  const timeout = setTimeout(ring, Math.min(delayMs, LONGEST_TIMEOUT_MS));
  return () => clearTimeout(timeout);
}
