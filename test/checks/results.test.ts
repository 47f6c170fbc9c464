import { expect, test } from 'vitest';
import { CheckResults } from '../../src/checks/results.ts';

test('the last 20 results of a process are kept, the oldest first', () => {
  const results = new CheckResults<object>();
  const [one, other] = [{}, {}];
  for (let count = 1; count <= 25; count += 1) {
    results.add(one, { check: 'liveness', tookMs: count, failure: null });
  }
  results.add(other, { check: 'readiness', tookMs: null, failure: 'refused' });
  expect(results.of(one).map(({ tookMs }) => tookMs)).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
  expect(results.of(other)).toMatchObject([{ check: 'readiness', failure: 'refused' }]);
  expect(results.of({})).toEqual([]);
});
