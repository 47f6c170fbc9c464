import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventBus } from '../../src/events/bus.ts';
import { createTicks, type Ticks } from '../../src/events/ticks.ts';

/** A minute that is a multiple of 3600 seconds, and two seconds more. */
const START_MS = 1_699_999_200_000 + 2000;

let bus: EventBus;
let ticks: Ticks;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  bus = new EventBus();
  heard = [];
  ticks = createTicks(bus, () => Date.now());
});

afterEach(() => {
  ticks.stop();
  vi.useRealTimers();
});

function listen(type: 'TICK' | 'TICK_5' | 'TICK_60' | 'TICK_3600' | 'PROCESS_STATE'): () => void {
  const leave = bus.subscribe(new Set([type]), (event) => heard.push(`${event.type} ${event.payload}`));
  ticks.update();
  return () => {
    leave();
    ticks.update();
  };
}

function pass(seconds: number): string[] {
  vi.advanceTimersByTime(seconds * 1000);
  return heard.splice(0);
}

test('no timer is armed while ticks have no subscriber', () => {
  listen('PROCESS_STATE');
  expect(vi.getTimerCount()).toBe(0);
  const leave = listen('TICK_5');
  expect(vi.getTimerCount()).toBe(1);
  leave();
  expect(vi.getTimerCount()).toBe(0);
});

test('a subscriber to TICK receives all periods at their multiples', () => {
  listen('TICK');
  expect(pass(2.9)).toEqual([]);
  expect(pass(1)).toEqual(['TICK_5 when:1699999205']);
  const minute = pass(60);
  expect(minute.filter((line) => line.startsWith('TICK_5 '))).toHaveLength(12);
  expect(minute.filter((line) => line.startsWith('TICK_60 '))).toEqual(['TICK_60 when:1699999260']);
  const hour = pass(3600);
  expect(hour.slice(hour.indexOf('TICK_5 when:1700002800')).slice(0, 3)).toEqual([
    'TICK_5 when:1700002800',
    'TICK_60 when:1700002800',
    'TICK_3600 when:1700002800',
  ]);
});

test('a later subscriber does not receive an older tick', () => {
  listen('TICK_5');
  pass(3.5);
  listen('TICK_5');
  expect(pass(1)).toEqual([]);
  expect(pass(5)).toEqual(['TICK_5 when:1699999210', 'TICK_5 when:1699999210']);
});

test('nothing is left armed after the end', () => {
  listen('TICK');
  ticks.stop();
  expect(vi.getTimerCount()).toBe(0);
  expect(pass(100)).toEqual([]);
});

describe('a wall clock that jumps', () => {
  test('forward gives one tick, not those that it left out', () => {
    listen('TICK_5');
    vi.setSystemTime(START_MS + 7_200_000);
    expect(pass(3.5)).toEqual(['TICK_5 when:1700006405']);
    expect(pass(5)).toEqual(['TICK_5 when:1700006410']);
  });

  test('backward gives ticks of the new time, and never a storm of them', () => {
    listen('TICK_5');
    vi.setSystemTime(START_MS - 7_200_000);
    expect(pass(3.5)).toEqual(['TICK_5 when:1699992005']);
    expect(pass(10)).toEqual(['TICK_5 when:1699992010', 'TICK_5 when:1699992015']);
  });

  test('a little backward does not publish the same tick twice', () => {
    listen('TICK_5');
    expect(pass(3.5)).toEqual(['TICK_5 when:1699999205']);
    vi.setSystemTime(Date.now() - 300);
    expect(pass(4.5)).toEqual([]);
    expect(pass(1)).toEqual(['TICK_5 when:1699999210']);
  });

  test('forward by 40 minutes leaves the next tick of an hour on its hour', () => {
    listen('TICK_3600');
    vi.setSystemTime(START_MS + 40 * 60_000);
    expect(pass(20 * 60 - 3)).toEqual([]);
    expect(pass(2)).toEqual(['TICK_3600 when:1700002800']);
  });

  test('back over an hour that was published does not publish it again', () => {
    listen('TICK_3600');
    expect(pass(3599)).toEqual(['TICK_3600 when:1700002800']);
    vi.setSystemTime(Date.now() - 10_000);
    expect(pass(3600)).toEqual([]);
    expect(pass(10)).toEqual(['TICK_3600 when:1700006400']);
  });
});
