/**
 * The next step of a restart with `restart_mode=start_first`, and the events that it publishes: pure functions of
 * the two processes.
 *
 * @module
 */
import type { StateChange } from '../../process/host.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import { STOPPED_STATES, type StateName } from '../../process/machine/states.ts';

/** The part of a process that the restart looks at. */
export interface ProcessSnapshot {
  readonly state: StateName;
  readonly pid: number;
  /** It is started, or waits for its next try or its restart. */
  readonly isActive: boolean;
  /** It stops, or has stopped, and is not to be started again by itself. */
  readonly isStoppedForGood: boolean;
}

export type NextStep =
  | 'wait'
  /** The successor gets the name. */
  | 'take-over'
  /** The successor has failed, or is not wanted any more. */
  | 'give-up'
  /** The process beside the other one is stopped. */
  | 'stop'
  /** The process beside the other one has ended. */
  | 'end';

/** @param beside the process beside the current one, which has the role */
export function nextStep(role: BesideRole, current: ProcessSnapshot, beside: ProcessSnapshot): NextStep {
  return role === 'leaving' ? stepOfLeaving(beside) : stepOfSuccessor(current, beside);
}

function stepOfLeaving({ state, isActive, isStoppedForGood }: ProcessSnapshot): NextStep {
  if (state === 'UNKNOWN') {
    // It cannot be signalled, and may run.
    return 'wait';
  }
  if (STOPPED_STATES.has(state) && !isActive) {
    return 'end';
  }
  return isStoppedForGood ? 'wait' : 'stop';
}

function stepOfSuccessor(current: ProcessSnapshot, beside: ProcessSnapshot): NextStep {
  if (current.isStoppedForGood) {
    return 'give-up';
  }
  switch (beside.state) {
    case 'RUNNING':
      return 'take-over';
    case 'STARTING':
      // A process that has ended by itself is not started again beside its successor.
      return UP.has(current.state) ? 'wait' : 'take-over';
    case 'STOPPING':
      // It was not ready in time; its own state after its end has the reason.
      return 'wait';
    default:
      return 'give-up';
  }
}

const UP: ReadonlySet<StateName> = new Set(['STARTING', 'RUNNING', 'UNKNOWN']);

/** A change that is published of the name. */
export interface TakeOverChange {
  /** Whether it is one of the successor. */
  readonly isOfSuccessor: boolean;
  readonly change: StateChange;
}

/** The changes of the name when the successor gets it: those of a restart, from the state that was published last. */
export function takeOverChanges(
  current: ProcessSnapshot,
  successor: ProcessSnapshot,
): readonly TakeOverChange[] {
  const changes: TakeOverChange[] = [];
  let from = current.state;
  const add = (to: StateName, { pid }: ProcessSnapshot, isOfSuccessor: boolean): void => {
    changes.push({ isOfSuccessor, change: { type: 'changed', from, to, pid, tries: 0, expected: true } });
    from = to;
  };
  if (UP.has(from)) add('STOPPING', current, false);
  if (from === 'STOPPING') add('STOPPED', current, false);
  add('STARTING', successor, true);
  if (successor.state === 'RUNNING') add('RUNNING', successor, true);
  return changes;
}
