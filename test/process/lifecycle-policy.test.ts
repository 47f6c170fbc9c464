import { expect, it } from 'vitest';
import { lifecyclePolicy } from '../../src/process/lifecycle-policy.ts';
import { defaultProgram, loadProgram } from '../config/support.ts';

it('is null for a program with the keys of the reference only', () => {
  expect(lifecyclePolicy(defaultProgram())).toBeNull();
});

it('has the pace that the keys ask for, in milliseconds', () => {
  const keys =
    'restartpause=0.5\nbackoff_factor=2\nbackoff_limit=30\nbackoff_jitter=0.1\nrestart_limit_count=5';
  expect(lifecyclePolicy(loadProgram(keys))?.pace).toEqual({
    pauseMs: 500,
    factor: 2,
    limitMs: 30_000,
    jitter: 0.1,
    restartLimit: 5,
    restartLimitIntervalMs: 10_000,
  });
});

it('takes maxbackoff for backoff_limit', () => {
  expect(lifecyclePolicy(loadProgram('maxbackoff=5'))?.pace?.limitMs).toBe(5000);
  expect(lifecyclePolicy(loadProgram('maxbackoff=5\nbackoff_limit=7'))?.pace?.limitMs).toBe(7000);
});

it.each([
  ['restartpause=-1', "not a valid number of seconds: '-1'"],
  ['backoff_factor=0.5', "not a valid number from 1 up: '0.5'"],
  ['backoff_jitter=2', "not a valid number from 0 to 1: '2'"],
  ['type=forking', "not one of simple, oneshot: 'forking'"],
])('refuses %s', (key, message) => {
  expect(() => loadProgram(key)).toThrow(message);
});
