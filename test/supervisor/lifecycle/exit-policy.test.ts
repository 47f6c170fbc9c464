import { expect, it } from 'vitest';
import { type EndedProcess, exitStatusFor } from '../../../src/supervisor/lifecycle/exit-policy.ts';

const EXITED: EndedProcess = {
  state: 'EXITED',
  willRestart: false,
  hasEndedWell: false,
  lastStatus: { exitStatus: 3, text: 'exit status 3' },
};

const DONE: EndedProcess = {
  ...EXITED,
  hasEndedWell: true,
  lastStatus: { exitStatus: 0, text: 'exit status 0' },
};
const FATAL: EndedProcess = { ...EXITED, state: 'FATAL' };

it.each([
  ['never', [null, null, null]],
  ['fatal', [null, null, 3]],
  ['failure', [3, null, 3]],
  ['end', [3, 0, 3]],
] as const)('%s', (rule, expected) => {
  expect([EXITED, DONE, FATAL].map((process) => exitStatusFor(rule, process))).toEqual(expected);
});

it('does not follow an end after which the program is started again', () => {
  expect(exitStatusFor('end', { ...EXITED, willRestart: true })).toBeNull();
});

it.each(['STOPPED', 'STOPPING', 'BACKOFF', 'STARTING', 'RUNNING'] as const)('goes on in %s', (state) => {
  expect(exitStatusFor('end', { ...EXITED, state })).toBeNull();
});

it('is 128 and the number of the signal for a program that a signal ended', () => {
  const lastStatus = { exitStatus: -1, signal: 9, text: 'terminated by SIGKILL' };
  expect(exitStatusFor('failure', { ...EXITED, lastStatus })).toBe(137);
});

it('is 1 where the status is not known, and for a program that is FATAL after exit status 0', () => {
  expect(exitStatusFor('failure', { ...EXITED, lastStatus: null })).toBe(1);
  expect(exitStatusFor('failure', { ...EXITED, lastStatus: { exitStatus: -1, text: 'unknown' } })).toBe(1);
  expect(exitStatusFor('fatal', { ...DONE, state: 'FATAL' })).toBe(1);
});
