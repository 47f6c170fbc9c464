/**
 * The two clocks: timers run on the monotonic one, so that a wall clock that jumps changes nothing.
 *
 * @module
 */

/** One moment on both clocks: timers use the monotonic one, reports the wall. */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** What `performance` counts from is the start of this process; a later daemon goes on with the same moments. */
const PROCESS_START_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Reads both clocks, in milliseconds; the monotonic one counts from the start of the machine. */
export function now(): Instant {
  return { monotonicMs: PROCESS_START_MS + performance.now(), wallMs: Date.now() };
}
