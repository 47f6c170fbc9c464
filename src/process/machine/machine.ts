/**
 * What a process does next: a pure function of its state, an event, its configuration and the time.
 * It touches no clock, no file and no process; the shell (`process.ts`) runs the effects that it returns.
 * All behaviour stands in one table, `TRANSITIONS[state][event]`; a cell that is missing does nothing.
 *
 * Observed on the reference.
 *
 * @module
 */
import {
  adopted,
  adoptedWhileStarting,
  adoptedWhileStopping,
  adoptedWhileWaiting,
  waitForRestart,
  waitForRetry,
} from './adopted.ts';
import { giveUp } from './backoff.ts';
import {
  exitedUnwatched,
  exitedWhileRunning,
  exitedWhileStarting,
  exitedWhileStopping,
  hookDone,
  restartRunning,
  restartWhileStopping,
  stopBeforeRestart,
} from './ending.ts';
import { dueWhileStarting, extendStart, ready, spawned } from './readiness.ts';
import {
  reconfiguredAfterExit,
  reconfiguredWhileStarting,
  reconfiguredWhileStopping,
  reconfiguredWhileWaiting,
} from './reconfigured.ts';
import {
  dependenciesMet,
  hookDoneWhileStarting,
  refuseStart,
  restart,
  retry,
  spawnFailed,
  start,
  stopBeforeSpawn,
} from './starting.ts';
import type { StateName } from './states.ts';
import { pidOf, StepDraft } from './step-draft.ts';
import { dropSequel, extendStop, refuseStop, stopOverdue, stopRunning } from './stopping.ts';
import type { Machine, MachineContext, MachineEvent, MachineEventType, ProcessState, Step } from './types.ts';
import { dependenciesFailed, dueWhileWaiting, stopWaiting } from './waiting.ts';

export { SHORT_RUN_MS } from './pace.ts';
export type {
  Effect,
  History,
  LifecycleEffect,
  LifecycleEvent,
  Machine,
  MachineConfig,
  MachineContext,
  MachineEvent,
  MachineEventType,
  ProcessState,
  Step,
} from './types.ts';
export { pidOf };

/** A process that was never started. */
export const INITIAL_MACHINE: Machine = {
  state: { name: 'STOPPED' },
  history: {
    startedAtMs: 0,
    startedMonotonicMs: 0,
    stoppedAtMs: 0,
    spawnError: '',
    exitStatus: null,
    tries: 0,
    shortLives: 0,
  },
};

/** Takes one event; the machine that was given is left as it is. */
export function step(machine: Machine, event: MachineEvent, context: MachineContext): Step {
  const transition = TRANSITIONS[machine.state.name][event.type] as Transition | undefined;
  const draft = new StepDraft(machine, context);
  transition?.(draft, machine.state, event);
  return { machine: { state: draft.state, history: draft.history }, effects: draft.effects };
}

type Transition = (draft: StepDraft, state: ProcessState, event: MachineEvent) => void;

type Row<S extends StateName> = {
  readonly [E in MachineEventType]?: (
    draft: StepDraft,
    state: Extract<ProcessState, { name: S }>,
    event: Extract<MachineEvent, { type: E }>,
  ) => void;
};

type In<S extends StateName> = Extract<ProcessState, { readonly name: S }>;

/** Every behaviour of a process, by the state it is in and the event that comes. */
const TRANSITIONS: { readonly [S in StateName]: Row<S> } = {
  STOPPED: {
    start,
    stop: stopStopped,
    due: dueWhileWaiting,
    'dependencies-met': dependenciesMet,
    'dependencies-failed': dependenciesFailed,
    adopted: adoptedWhileWaiting,
    reconfigured: reconfiguredWhileWaiting,
  },
  STARTING: {
    start: refuseStart,
    spawned,
    'spawn-failed': spawnFailed,
    'hook-done': hookDoneWhileStarting,
    ready,
    extend: extendStart,
    exited: exitedWhileStarting,
    due: dueWhileStarting,
    stop: stopStarting,
    restart: restartRunning,
    'kill-failed': loseTrack,
    adopted: adoptedWhileStarting,
    reconfigured: reconfiguredWhileStarting,
  },
  RUNNING: {
    start: refuseStart,
    exited: exitedWhileRunning,
    stop: stopRunning,
    restart: restartRunning,
    'kill-failed': loseTrack,
    adopted,
  },
  BACKOFF: { start, due: retry, stop: stopBackoff, 'give-up': giveUp, adopted: waitForRetry },
  STOPPING: {
    start: refuseStart,
    exited: exitedWhileStopping,
    'hook-done': hookDone,
    extend: extendStop,
    due: stopOverdue,
    stop: dropSequel,
    restart: restartWhileStopping,
    'kill-failed': loseTrack,
    adopted: adoptedWhileStopping,
    reconfigured: reconfiguredWhileStopping,
  },
  EXITED: {
    start,
    due: restart,
    stop: stopBeforeRestart,
    adopted: waitForRestart,
    reconfigured: reconfiguredAfterExit,
  },
  FATAL: { start, stop: refuseStop },
  UNKNOWN: {
    start: refuseStart,
    exited: exitedUnwatched,
    stop: stopRunning,
    'kill-failed': loseTrack,
    adopted,
  },
};

function stopStopped(draft: StepDraft, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined) {
    refuseStop(draft);
  } else {
    stopWaiting(draft);
  }
}

function stopStarting(draft: StepDraft, state: In<'STARTING'>): void {
  if (state.pid === null && state.hook !== undefined) {
    stopBeforeSpawn(draft);
  } else {
    stopRunning(draft, state);
  }
}

function stopBackoff(draft: StepDraft): void {
  draft.log('debug', `Attempted to kill ${draft.config.name}, which is in BACKOFF state.`);
  draft.disarm();
  draft.enter({ name: 'STOPPED' });
}

function loseTrack(draft: StepDraft, state: { readonly pid: number | null }): void {
  if (state.pid === null) {
    return;
  }
  draft.disarm();
  if (draft.state.name !== 'UNKNOWN') {
    draft.enter({ name: 'UNKNOWN', pid: state.pid });
  }
}
