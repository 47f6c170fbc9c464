/**
 * The two clocks: timers run on the monotonic one, so that a wall clock that jumps changes nothing.
 *
 * @module
 */
import type { Instant } from '../process/machine.ts';

/** Reads both clocks, in milliseconds. */
export function now(): Instant {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}
