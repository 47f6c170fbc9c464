import { describe, expect, test } from 'vitest';
import type { BesideRole } from '../../../src/process/machine/life.ts';
import type { StateName } from '../../../src/process/machine/states.ts';
import {
  nextStep,
  type ProcessSnapshot,
  takeOverChanges,
} from '../../../src/supervisor/restarts/start-first-step.ts';

const ACTIVE: ReadonlySet<StateName> = new Set(['STARTING', 'RUNNING', 'BACKOFF']);

/** A process in a state, which it has reached by itself. */
function at(state: StateName, changes: Partial<ProcessSnapshot> = {}): ProcessSnapshot {
  return { state, pid: 1, isActive: ACTIVE.has(state), isStoppedForGood: state === 'STOPPED', ...changes };
}

const STOPPED_BY_REQUEST = at('STOPPING', { isStoppedForGood: true });
const RESTARTING = at('STOPPING');

describe('a successor', () => {
  test.for<[ProcessSnapshot, ProcessSnapshot, string]>([
    [at('RUNNING'), at('STARTING'), 'wait'],
    [at('RUNNING'), at('RUNNING'), 'take-over'],
    // Not ready in time: it is being stopped, and its next state has the reason.
    [at('RUNNING'), at('STOPPING'), 'wait'],
    [at('RUNNING'), at('BACKOFF'), 'give-up'],
    [at('RUNNING'), at('FATAL'), 'give-up'],
    [at('RUNNING'), at('EXITED'), 'give-up'],
    [at('RUNNING'), at('STOPPED'), 'give-up'],
    [at('RUNNING'), at('UNKNOWN'), 'give-up'],
    // A client has stopped the program.
    [STOPPED_BY_REQUEST, at('RUNNING'), 'give-up'],
    [at('STOPPED'), at('STARTING'), 'give-up'],
    // The process has ended, or is restarted, by itself.
    [at('EXITED'), at('STARTING'), 'take-over'],
    [at('BACKOFF'), at('STARTING'), 'take-over'],
    [at('FATAL'), at('RUNNING'), 'take-over'],
    [RESTARTING, at('STARTING'), 'take-over'],
    [at('EXITED'), at('STOPPING'), 'wait'],
    [at('EXITED'), at('FATAL'), 'give-up'],
    [at('UNKNOWN'), at('STARTING'), 'wait'],
  ])('of %o that is %o: %s', ([current, successor, step]) => {
    expect(nextStep('successor', current, successor)).toBe(step);
  });
});

describe('a process that is to end', () => {
  const role: BesideRole = 'leaving';

  test.for<[ProcessSnapshot, string]>([
    [at('RUNNING'), 'stop'],
    [at('STARTING'), 'stop'],
    [at('BACKOFF'), 'stop'],
    [at('EXITED', { isActive: true }), 'stop'],
    [RESTARTING, 'stop'],
    [STOPPED_BY_REQUEST, 'wait'],
    [at('UNKNOWN'), 'wait'],
    [at('STOPPED'), 'end'],
    [at('EXITED'), 'end'],
    [at('FATAL'), 'end'],
  ])('and is %o: %s', ([beside, step]) => {
    expect(nextStep(role, at('RUNNING'), beside)).toBe(step);
  });
});

describe('the changes that are published when a successor takes over', () => {
  /** As `from>to pid`. */
  function changesOf(current: StateName, successor: StateName): string[] {
    const changes = takeOverChanges(at(current, { pid: 10 }), at(successor, { pid: 20 }));
    return changes.map(({ change: { from, to, pid } }) => `${from}>${to} ${pid}`);
  }

  test('are those of a restart', () => {
    expect(changesOf('RUNNING', 'RUNNING')).toEqual([
      'RUNNING>STOPPING 10',
      'STOPPING>STOPPED 10',
      'STOPPED>STARTING 20',
      'STARTING>RUNNING 20',
    ]);
  });

  test('go on from the state that was published last', () => {
    expect(changesOf('EXITED', 'STARTING')).toEqual(['EXITED>STARTING 20']);
    expect(changesOf('BACKOFF', 'RUNNING')).toEqual(['BACKOFF>STARTING 20', 'STARTING>RUNNING 20']);
    expect(changesOf('STOPPING', 'STARTING')).toEqual(['STOPPING>STOPPED 10', 'STOPPED>STARTING 20']);
  });

  test('belong to the process that they are about', () => {
    const changes = takeOverChanges(at('RUNNING'), at('RUNNING'));
    expect(changes.map(({ isOfSuccessor }) => isOfSuccessor)).toEqual([false, false, true, true]);
  });
});
