import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KILL_LIMIT_MS, killRemaining } from '../../../src/process/leftovers/kill-loop.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('where nothing runs it is over at once', () => {
  const onEnd = vi.fn();
  const kill = vi.fn();
  killRemaining({ remaining: () => [], kill, onEnd });
  expect(onEnd).toHaveBeenCalledExactlyOnceWith([], []);
  expect(kill).not.toHaveBeenCalled();
});

test('a process that is forked while others are killed is killed too', () => {
  const onEnd = vi.fn();
  const rounds = [[1, 2], [2, 3], [3]];
  const kill = vi.fn();
  killRemaining({ remaining: () => rounds.shift() ?? [], kill, onEnd });
  expect(onEnd).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(kill.mock.calls).toEqual([[[1, 2]], [[2, 3]], [[3]]]);
  expect(onEnd).toHaveBeenCalledExactlyOnceWith([1, 2, 3], []);
});

test('a process that does not die is reported after the limit', () => {
  const onEnd = vi.fn();
  killRemaining({ remaining: () => [7], kill: () => {}, onEnd });
  vi.advanceTimersByTime(KILL_LIMIT_MS - 200);
  expect(onEnd).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(onEnd).toHaveBeenCalledExactlyOnceWith([7], [7]);
});
