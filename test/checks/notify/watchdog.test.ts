import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWatchdog } from '../../../src/checks/notify/watchdog.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function begin(drain: () => void = () => {}) {
  let overdue = 0;
  const watchdog = startWatchdog({
    timeoutMs: 1000,
    drain,
    onOverdue: () => {
      overdue += 1;
    },
  });
  return { watchdog, overdue: () => overdue };
}

test('a process that reports in time is left alone, and one that stops reporting is overdue once', () => {
  const { watchdog, overdue } = begin();
  for (let report = 0; report < 5; report += 1) {
    vi.advanceTimersByTime(700);
    watchdog.alive();
  }
  expect(overdue()).toBe(0);
  vi.advanceTimersByTime(5000);
  expect(overdue()).toBe(1);
});

test('a report that has arrived and was not read yet counts', () => {
  const reports: (() => void)[] = [];
  const { watchdog, overdue } = begin(() => reports.shift()?.());
  reports.push(() => watchdog.alive());
  vi.advanceTimersByTime(1500);
  expect(overdue()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(overdue()).toBe(1);
});

test('nothing is reported after its end', () => {
  const { watchdog, overdue } = begin();
  watchdog.stop();
  vi.advanceTimersByTime(5000);
  expect(overdue()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
