import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarms } from '../../src/io/alarms.ts';
import { now } from '../../src/io/clock.ts';
import { endFakeTime, passWithoutTimers, startFakeTime } from '../fake-time.ts';

beforeEach(startFakeTime);
afterEach(endFakeTime);

/** Alarms, and the names of those that have rung. */
function ringing() {
  const alarms = new Alarms();
  const rung: string[] = [];
  const startMs = now().monotonicMs;
  return {
    rung,
    set: (name: string, afterMs: number) => alarms.set(startMs + afterMs, () => rung.push(name)),
  };
}

test('alarms ring when they are due, and not before', () => {
  const { set, rung } = ringing();
  set('later', 2000.5);
  set('sooner', 1000);
  vi.advanceTimersByTime(999);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(rung).toEqual(['sooner']);
  vi.advanceTimersByTime(999);
  expect(rung).toEqual(['sooner']);
  vi.advanceTimersByTime(2);
  expect(rung).toEqual(['sooner', 'later']);
});

test('an alarm that is due first rings first, however late in a turn it was set', () => {
  const { set, rung } = ringing();
  set('first', 1000);
  passWithoutTimers(1.5);
  set('second', 1000.25);
  set('third', 1000.25);
  vi.advanceTimersByTime(1001);
  expect(rung).toEqual(['first', 'second', 'third']);
});

test('a cancelled alarm does not ring, and the others do', () => {
  const { set, rung } = ringing();
  const cancels = ['a', 'b', 'c', 'd'].map((name, index) => set(name, 1000 + (index >> 1) * 1000));
  cancels[0]?.();
  cancels[2]?.();
  cancels[2]?.();
  vi.advanceTimersByTime(3000);
  expect(rung).toEqual(['b', 'd']);
  cancels[1]?.();
});

test('an alarm that is due already rings after this turn, and can be cancelled until then', () => {
  const { set, rung } = ringing();
  const cancel = set('cancelled', -1);
  set('due', 0);
  cancel();
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(rung).toEqual(['due']);
});

test('an alarm of more than 24 days rings in time', () => {
  const { set, rung } = ringing();
  const days = 24 * 60 * 60 * 1000;
  set('far', 60 * days);
  vi.advanceTimersByTime(60 * days - 1);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(rung).toEqual(['far']);
});
