import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkPeriodically, type PeriodicCheckOptions, type Probe } from '../../src/checks/periodic-check.ts';
import { now } from '../../src/io/clock.ts';
import { endFakeTime, startFakeTime } from '../fake-time.ts';

beforeEach(startFakeTime);
afterEach(endFakeTime);

/** A check every second, and its probes that have not been answered. */
function begin(options: Partial<PeriodicCheckOptions> = {}) {
  const probes: { readonly answer: (failure: string | null) => void; isCancelled: boolean }[] = [];
  const results: (string | null)[] = [];
  const probe: Probe = (onEnd) => {
    const started = { answer: onEnd, isCancelled: false };
    probes.push(started);
    return () => {
      started.isCancelled = true;
    };
  };
  const end = checkPeriodically({
    probe,
    firstAtMs: now().monotonicMs + 500,
    nextAtMs: (beganAtMs) => beganAtMs + 1000,
    ...options,
    timeoutMs: 5000,
    onResult: (failure) => results.push(failure),
  });
  return { probes, results, end };
}

test('probes begin a period apart', () => {
  const { probes, results } = begin();
  vi.advanceTimersByTime(490);
  expect(probes).toHaveLength(0);
  vi.advanceTimersByTime(20);
  probes[0]?.answer(null);
  vi.advanceTimersByTime(980);
  expect(probes).toHaveLength(1);
  vi.advanceTimersByTime(20);
  probes[1]?.answer('refused');
  expect(results).toEqual([null, 'refused']);
});

test('no probe begins while one is not answered', () => {
  const { probes } = begin();
  vi.advanceTimersByTime(4500);
  expect(probes).toHaveLength(1);
  probes[0]?.answer(null);
  vi.advanceTimersByTime(10);
  expect(probes).toHaveLength(2);
});

test('an answer after the end is dropped, and no probe follows', () => {
  const { probes, results, end } = begin();
  vi.advanceTimersByTime(510);
  end();
  expect(probes[0]?.isCancelled).toBe(true);
  probes[0]?.answer('refused');
  vi.advanceTimersByTime(10_000);
  expect(results).toEqual([]);
  expect(probes).toHaveLength(1);
});

test('a failure while the daemon was stopped does not count', () => {
  const { probes, results } = begin();
  vi.advanceTimersByTime(510);
  vi.advanceTimersByTime(60_000);
  probes[0]?.answer('timed out after 5 seconds');
  expect(results).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(probes).toHaveLength(2);
});

const LIVENESS = { nextAtMs: () => now().monotonicMs + 1000, longestDelayMs: 250 };

/** Time passes in which no timer fires, as under SIGSTOP. */
function stopFor(ms: number): void {
  const running = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => running() + ms);
}

test('a liveness check that was due while the daemon was stopped is left out, and the next one is not', () => {
  const { probes } = begin(LIVENESS);
  stopFor(60_000);
  vi.advanceTimersByTime(510);
  expect(probes).toHaveLength(0);
  vi.advanceTimersByTime(1000);
  expect(probes).toHaveLength(1);
});

test('a readiness check that was due while the daemon was stopped begins at once', () => {
  const { probes } = begin();
  stopFor(60_000);
  vi.advanceTimersByTime(510);
  expect(probes).toHaveLength(1);
});

test('a daemon that is always late checks every second time at least', () => {
  const { probes } = begin(LIVENESS);
  for (let count = 0; count < 6; count += 1) {
    stopFor(10_000);
    vi.advanceTimersByTime(1010);
    probes.at(-1)?.answer(null);
  }
  expect(probes.length).toBeGreaterThanOrEqual(3);
});
