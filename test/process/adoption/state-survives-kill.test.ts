import { expect, test } from 'vitest';
import { stateSurvivesKill } from '../../../src/process/adoption/state-survives-kill.ts';
import { INITIAL_MACHINE, type ProcessState } from '../../../src/process/machine/machine.ts';
import type { LifecyclePolicy } from '../../../src/process/machine/policy.ts';

const POLICY: LifecyclePolicy = {
  pace: null,
  isOneshot: false,
  readinessTimeoutMs: null,
  dependsTimeoutMs: 0,
  hooks: new Set(),
};

function goesOn(
  state: ProcessState,
  policy: LifecyclePolicy | null = POLICY,
  exitStatus: number | null = null,
) {
  const history = { ...INITIAL_MACHINE.history, exitStatus };
  return stateSurvivesKill({ state, history }, policy, [0, 2]);
}

const KEPT: readonly ProcessState[] = [
  { name: 'STOPPED', waiting: { sinceMs: 1, deadlineMs: null } },
  { name: 'BACKOFF', retryAtMs: 1 },
  { name: 'EXITED', restartAtMs: 1 },
  { name: 'STARTING', pid: null, hook: 'pre_start' },
  { name: 'STOPPING', pid: null, hook: 'post_stop' },
];

test.for(KEPT)('a program that waits goes on: $name', (state) => {
  expect(goesOn(state)).toBe(true);
});

test.for(KEPT)('a program without such keys is started as at any start: $name', (state) => {
  expect(goesOn(state, null)).toBe(false);
});

test.for<ProcessState>([
  { name: 'STOPPED' },
  { name: 'STARTING', pid: null },
  { name: 'EXITED', restartAtMs: null },
  { name: 'FATAL' },
])('a program that waits for nothing is started as at any start: $name', (state) => {
  expect(goesOn(state)).toBe(false);
});

test('a oneshot goes on as it is where it has done its work', () => {
  const ended: ProcessState = { name: 'EXITED', restartAtMs: null };
  const oneshot = { ...POLICY, isOneshot: true };
  expect([null, 0, 1, 2].map((status) => goesOn(ended, oneshot, status))).toEqual([false, true, false, true]);
});
