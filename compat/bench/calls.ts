/**
 * Repeats a call, and measures its cost.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds } from './proc.ts';

/** Calls before the measurement, as a warm-up. */
const WARM_UP_CALLS = 3;

export interface CallCosts {
  /** Calls per second. */
  readonly rate: number;
  /** Seconds of each call. */
  readonly latencies: readonly number[];
  /** CPU seconds of the daemon for each call. */
  readonly cpu: number;
}

/** Repeats a call for a number of seconds; slow ones are made at least three times, warm-up included. */
export async function repeatCall(
  pid: number,
  seconds: number,
  call: () => Promise<unknown>,
): Promise<CallCosts> {
  const latencies: number[] = [];
  const warmUpEnd = performance.now() + seconds * 250;
  for (let count = 0; count < WARM_UP_CALLS && performance.now() < warmUpEnd; count += 1) await call();
  const cpuBefore = cpuSeconds(pid);
  const start = performance.now();
  let now = start;
  while (now < start + seconds * 1000 || latencies.length < 2) {
    const before = now;
    await call();
    now = performance.now();
    latencies.push((now - before) / 1000);
  }
  return {
    rate: latencies.length / ((now - start) / 1000),
    latencies,
    cpu: (cpuSeconds(pid) - cpuBefore) / latencies.length,
  };
}

/**
 * The pause between calls that must not get a cached answer: getAllProcessInfo has whole seconds, so an answer is
 * valid for one second.
 */
const NEXT_SECOND_MS = 1050;

/** The seconds of each call. At most `most` calls are made, and none begins after `seconds`; one is made in any case. */
export async function timeCalls(
  most: number,
  seconds: number,
  call: () => Promise<unknown>,
  pauseMs = 0,
): Promise<readonly number[]> {
  const values: number[] = [];
  const end = performance.now() + seconds * 1000;
  do {
    if (pauseMs > 0) await delay(pauseMs);
    const before = performance.now();
    await call();
    values.push((performance.now() - before) / 1000);
  } while (values.length < most && performance.now() < end);
  return values;
}

/** The same with a pause before each call, as for a client that looks once a second. */
export function timeCallsOnceASecond(most: number, call: () => Promise<unknown>): Promise<readonly number[]> {
  return timeCalls(most, (most * NEXT_SECOND_MS) / 1000, call, NEXT_SECOND_MS);
}
