/** A program that is started on this node only while it has a slot of its fleet. */
import { expect, test } from 'vitest';
import {
  INITIAL_MACHINE,
  type Machine,
  type MachineEvent,
  step,
} from '../../../src/process/machine/machine.ts';
import type { LifecyclePolicy } from '../../../src/process/machine/policy.ts';
import { defaultProgram } from '../../config/support.ts';

const POLICY: LifecyclePolicy = {
  pace: null,
  isOneshot: false,
  readinessTimeoutMs: null,
  dependsTimeoutMs: null,
  hooks: new Set(),
};

const WAITING: Machine['state'] = { name: 'STOPPED', waiting: { sinceMs: 1000, deadlineMs: null } };

function after(state: Machine['state'], event: MachineEvent, mayRunHere: boolean, policy = POLICY) {
  const { machine, effects } = step({ ...INITIAL_MACHINE, state }, event, {
    config: { ...defaultProgram(), policy, autorestart: 'always' },
    now: { monotonicMs: 1000, wallMs: 1000 },
    mayStart: true,
    areDependenciesMet: true,
    mayRunHere,
  });
  return { state: machine.state, effects: effects.map(({ type }) => type) };
}

test.for([
  ['a start', { name: 'STOPPED' }, { type: 'start' }],
  ['the next try', { name: 'BACKOFF', retryAtMs: 900 }, { type: 'due' }],
  ['a restart after an exit', { name: 'EXITED', restartAtMs: 900 }, { type: 'due' }],
  ['dependencies that are met', WAITING, { type: 'dependencies-met' }],
] as const)('%s waits for a slot', ([, state, event]) => {
  const waits = after(state, event, false);
  expect(waits.state).toEqual(WAITING);
  expect(waits.effects).toContain('await-dependencies');
  expect(waits.effects).not.toContain('spawn');
  expect(after(state, event, true).effects).toContain('spawn');
});

test('a slot that is lost during pre_start is waited for again', () => {
  const policy: LifecyclePolicy = { ...POLICY, hooks: new Set(['pre_start']) };
  const event = { type: 'hook-done', hook: 'pre_start', failure: null } as const;
  const state = { name: 'STARTING', pid: null, hook: 'pre_start' } as const;
  expect(after(state, event, false, policy).state).toEqual(WAITING);
  expect(after(state, event, true, policy).effects).toContain('spawn');
});

test('a program that leaves the node is stopped, and then waits', () => {
  const event = { type: 'restart', reason: 'it moves to app2', countsAsFailure: false, waits: true } as const;
  const { state } = after({ name: 'RUNNING', pid: 7 }, event, false);
  expect(state).toMatchObject({ name: 'STOPPING', sequel: { kind: 'restart', waits: true } });
  expect(
    after(state, { type: 'exited', status: { exitStatus: 0, text: 'exit status 0' } }, false).state,
  ).toEqual(WAITING);
});
