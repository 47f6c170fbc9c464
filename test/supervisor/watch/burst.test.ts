import { expect, test } from 'vitest';
import { Burst } from '../../../src/supervisor/watch/burst.ts';

test('a burst is over when nothing has changed for the pause', () => {
  const burst = new Burst(1000);
  expect(burst.isEmpty).toBe(true);
  burst.add('/a', 5000);
  expect(burst.dueAtMs).toBe(6000);
  burst.add('/b', 5900);
  expect(burst.dueAtMs).toBe(6900);
  expect(burst.lastMs).toBe(5900);
  burst.clear();
  expect(burst.isEmpty).toBe(true);
});

test('changes that do not end are followed by a restart after a minute, or after a longer pause', () => {
  const short = new Burst(1000);
  const long = new Burst(90_000);
  for (let atMs = 0; atMs <= 120_000; atMs += 500) {
    short.add('/a', atMs);
    long.add('/a', atMs);
  }
  expect(short.dueAtMs).toBe(60_000);
  expect(long.dueAtMs).toBe(90_000);
});

test('the first path and the number of the others are reported', () => {
  const burst = new Burst(0);
  burst.add('/a', 0);
  burst.add('/a', 1);
  expect(burst.describe()).toBe('/a has changed');
  burst.add('/b', 2);
  expect(burst.describe()).toBe('/a and 1 other file have changed');
  burst.add('/c', 3);
  expect(burst.describe()).toBe('/a and 2 other files have changed');
  for (let number = 0; number < 5000; number += 1) burst.add(`/${number}`, 4);
  expect(burst.describe()).toBe('/a and at least 999 other files have changed');
  burst.clear();
  burst.add('/z', 9);
  expect(burst.describe()).toBe('/z has changed');
});
