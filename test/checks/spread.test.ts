import { expect, test } from 'vitest';
import {
  firstLivenessCheckMs,
  nextLivenessCheckMs,
  readinessPauseMs,
  shareOf,
} from '../../src/checks/spread.ts';

test('the first checks of 1,000 programs that start together are spread evenly over a period', () => {
  const slots = new Array<number>(60).fill(0);
  for (let number = 0; number < 1000; number += 1) {
    const pace = { startedAtMs: 0, delayMs: 60_000, periodMs: 60_000, share: shareOf(`web:web_${number}`) };
    const second = Math.floor((firstLivenessCheckMs(pace, 0) - 60_000) / 1000);
    slots[second] = (slots[second] ?? Number.NaN) + 1;
  }
  expect(Math.max(...slots)).toBeLessThan(40);
});

test('a program has the same place in the period at each start', () => {
  expect(shareOf('web:web')).toBe(shareOf('web:web'));
  expect(shareOf('web:web')).not.toBe(shareOf('web:api'));
});

test('a check whose time has passed, as of an adopted process, comes within a period', () => {
  const pace = { startedAtMs: 0, delayMs: 10_000, periodMs: 4000, share: 0.5 };
  expect(firstLivenessCheckMs(pace, 0)).toBe(12_000);
  expect(firstLivenessCheckMs(pace, 50_000)).toBe(52_000);
});

test('liveness checks keep their place in the period, however late one was', () => {
  expect(nextLivenessCheckMs(12_000, 4000, 12_000)).toBe(16_000);
  expect(nextLivenessCheckMs(12_000, 4000, 11_999.5)).toBe(16_000);
  expect(nextLivenessCheckMs(12_000, 4000, 15_000)).toBe(16_000);
  expect(nextLivenessCheckMs(12_000, 4000, 60_100)).toBe(64_000);
});

test('readiness checks follow each other quickly at first, and never slower than the period', () => {
  expect(readinessPauseMs('connection', 0, 1000)).toBe(50);
  expect(readinessPauseMs('connection', 1000, 1000)).toBe(200);
  expect(readinessPauseMs('connection', 60_000, 1000)).toBe(1000);
  expect(readinessPauseMs('command', 0, 1000)).toBe(250);
  expect(readinessPauseMs('command', 0, 100)).toBe(100);
});
