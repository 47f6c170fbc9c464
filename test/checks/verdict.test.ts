import { expect, test } from 'vitest';
import { describeHealth, type Health, nextHealth, UNCHECKED } from '../../src/checks/verdict.ts';

const THRESHOLDS = { successes: 2, failures: 3 };
const REFUSED = 'connection refused';

function after(...results: readonly (string | null)[]): Health {
  return results.reduce<Health>((health, result) => nextHealth(health, result, THRESHOLDS), UNCHECKED);
}

test('a process has no verdict before one of the thresholds is reached', () => {
  expect(after(null).isHealthy).toBeNull();
  expect(after(REFUSED, REFUSED).isHealthy).toBeNull();
  expect(after(REFUSED, REFUSED, null, REFUSED).isHealthy).toBeNull();
});

test('checks that fail in a row make it unhealthy, and the description counts them', () => {
  expect(describeHealth(after(REFUSED, REFUSED, REFUSED))).toBe('unhealthy: 3 failures: connection refused');
  expect(describeHealth(after(REFUSED, REFUSED, REFUSED, 'HTTP status 503'))).toBe(
    'unhealthy: 4 failures: HTTP status 503',
  );
});

test('one check that passes is not enough with a success threshold of 2', () => {
  const unhealthy = [REFUSED, REFUSED, REFUSED];
  expect(describeHealth(after(...unhealthy, null))).toBe('unhealthy');
  expect(after(...unhealthy, null, null).isHealthy).toBe(true);
  expect(describeHealth(after(...unhealthy, null, null))).toBeNull();
});
