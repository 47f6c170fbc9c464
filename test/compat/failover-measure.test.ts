import { expect, test } from 'vitest';
import { measure, type Run } from '../../compat/failover/measure.ts';

function run(node: string, begin: number, last: number, token = BigInt(Math.round(begin * 10))): Run {
  return { program: 'importer', node, begin, last, token };
}

const window = { from: 0, to: 100 };

test('one run after another has no overlap, and the longest pause between them is the gap', () => {
  const runs = [run('a', 0, 30), run('b', 34, 60), run('c', 61, 100)];
  expect(measure(runs, { count: 1, window })).toEqual({
    overlap: 0,
    longestGap: 4,
    failovers: 2,
    staleTokens: 0,
  });
});

test('two at once are counted for as long as both run', () => {
  const runs = [run('a', 0, 30.5), run('b', 30, 100)];
  expect(measure(runs, { count: 1, window }).overlap).toBeCloseTo(0.5);
  expect(measure(runs, { count: 2, window }).overlap).toBe(0);
});

test('with two slots one missing run is a gap, and a third run an overlap', () => {
  const runs = [run('a', 0, 100), run('b', 0, 40), run('c', 50, 100), run('d', 90, 92)];
  expect(measure(runs, { count: 2, window })).toMatchObject({ overlap: 2, longestGap: 10 });
});

test('a window without a majority does not count for the gap', () => {
  const runs = [run('a', 0, 20), run('b', 70, 100)];
  const exempt = [{ from: 22, to: 64 }];
  expect(measure(runs, { count: 1, window, exempt }).longestGap).toBe(6);
});

test('a gap at the end, and one without any run, are counted', () => {
  expect(measure([run('a', 0, 90)], { count: 1, window }).longestGap).toBe(10);
  expect(measure([], { count: 1, window }).longestGap).toBe(100);
});

test('a token that is not higher than that of an earlier node is stale', () => {
  const runs = [run('a', 0, 30, 7n), run('b', 34, 60, 7n), run('c', 61, 100, 9n)];
  expect(measure(runs, { count: 1, window }).staleTokens).toBe(1);
});

test('a program that is restarted on its node is not a failover', () => {
  expect(measure([run('a', 0, 30), run('a', 30.2, 100)], { count: 1, window }).failovers).toBe(0);
});
