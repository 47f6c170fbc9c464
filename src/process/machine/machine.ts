/**
 * What a process does next: a pure function of its state, an event, its configuration and the time.
 * It touches no clock, no file and no process; the shell (`process.ts`) runs the effects that it returns.
 * All behaviour stands in one table, `TRANSITIONS[state][event]`; a cell that is missing does nothing.
 *
 * Source: SURFACE (Processes), observed on the reference.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';
import {
  adopted,
  adoptedWhileStarting,
  adoptedWhileStopping,
  waitForRestart,
  waitForRetry,
} from './adopted.ts';
import { pidOf, Run } from './run.ts';
import type { StateName } from './states.ts';
import type {
  Machine,
  MachineConfig,
  MachineContext,
  MachineEvent,
  MachineEventType,
  ProcessState,
  Step,
} from './types.ts';
import type { WaitStatus } from './wait-status.ts';

export type {
  Effect,
  History,
  Machine,
  MachineConfig,
  MachineContext,
  MachineEvent,
  MachineEventType,
  ProcessState,
  Step,
} from './types.ts';
export { pidOf };

/**
 * A program with startsecs=0 that exits at once would be restarted without pause; the second and every
 * further such life in a row is restarted this long after its start, which is the reference's pace.
 */
export const SHORT_LIFE_MS = 1000;

const SIGKILL = 9;

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
  const run = new Run(machine, context);
  transition?.(run, machine.state, event);
  return { machine: { state: run.state, history: run.history }, effects: run.effects };
}

type Starting = Extract<ProcessState, { name: 'STARTING' }>;

type Transition = (run: Run, state: ProcessState, event: MachineEvent) => void;

type Row<S extends StateName> = {
  readonly [E in MachineEventType]?: (
    run: Run,
    state: Extract<ProcessState, { name: S }>,
    event: Extract<MachineEvent, { type: E }>,
  ) => void;
};

/** Every behaviour of a process, by the state it is in and the event that comes. */
const TRANSITIONS: { readonly [S in StateName]: Row<S> } = {
  STOPPED: { start, stop: refuseStop },
  STARTING: {
    start: refuseStart,
    spawned,
    'spawn-failed': spawnFailed,
    exited: exitedWhileStarting,
    due: dueWhileStarting,
    stop: stopRunning,
    'kill-failed': loseTrack,
    adopted: adoptedWhileStarting,
  },
  RUNNING: {
    start: refuseStart,
    exited: exitedWhileRunning,
    stop: stopRunning,
    'kill-failed': loseTrack,
    adopted,
  },
  BACKOFF: { start, due: retry, stop: stopBackoff, 'give-up': giveUp, adopted: waitForRetry },
  STOPPING: {
    start: refuseStart,
    exited: exitedWhileStopping,
    due: killOverdue,
    'kill-failed': loseTrack,
    adopted: adoptedWhileStopping,
  },
  EXITED: { start, due: restart, stop: stopBeforeRestart, adopted: waitForRestart },
  FATAL: { start, stop: refuseStop },
  UNKNOWN: {
    start: refuseStart,
    exited: exitedUnwatched,
    stop: stopRunning,
    'kill-failed': loseTrack,
    adopted,
  },
};

function start(run: Run): void {
  const { now } = run.context;
  run.remember({
    startedAtMs: now.wallMs,
    startedMonotonicMs: now.monotonicMs,
    spawnError: '',
    exitStatus: null,
  });
  run.disarm();
  run.enter({ name: 'STARTING', pid: null });
  run.effects.push({ type: 'spawn' });
}

function refuseStart(run: Run): void {
  run.log('warn', `process '${run.config.name}' already running`);
}

function spawned(run: Run, state: Starting, event: { readonly pid: number }): void {
  if (state.pid !== null) {
    return;
  }
  const { name, startSeconds } = run.config;
  const runningAtMs = run.history.startedMonotonicMs + startSeconds * 1000;
  run.state = { name: 'STARTING', pid: event.pid, runningAtMs };
  run.log('info', `spawned: '${name}' with pid ${event.pid}`);
  run.arm(runningAtMs);
}

function spawnFailed(run: Run, state: Starting, event: { readonly message: string }): void {
  if (state.pid !== null) {
    return;
  }
  run.remember({ spawnError: event.message });
  run.log('info', `spawnerr: ${event.message}`);
  backOff(run);
  giveUpAfterLastTry(run);
}

function becomeRunning(run: Run, pid: number): void {
  run.remember({ tries: 0 });
  run.disarm();
  run.enter({ name: 'RUNNING', pid });
  const stayed = `process has stayed up for > than ${run.config.startSeconds} seconds (startsecs)`;
  run.log('info', `success: ${run.config.name} entered RUNNING state, ${stayed}`);
}

function dueWhileStarting(run: Run, state: Starting): void {
  if (state.pid === null) {
    return;
  }
  if (run.nowMs < state.runningAtMs) {
    run.arm(state.runningAtMs);
    return;
  }
  becomeRunning(run, state.pid);
}

function exitedWhileStarting(run: Run, state: Starting, event: { readonly status: WaitStatus }): void {
  if (state.pid === null) {
    return;
  }
  if (run.nowMs >= state.runningAtMs) {
    becomeRunning(run, state.pid);
    exitedWhileRunning(run, state, event);
    return;
  }
  run.remember({
    stoppedAtMs: run.context.now.wallMs,
    exitStatus: null,
    spawnError: 'Exited too quickly (process log may have details)',
  });
  backOff(run);
  run.log('warn', `exited: ${run.config.name} (${event.status.text}; not expected)`);
  giveUpAfterLastTry(run);
}

/** The wait grows by a second with every try. */
function backOff(run: Run): void {
  const tries = run.history.tries + 1;
  const retryAtMs = run.nowMs + tries * 1000;
  run.remember({ tries });
  run.enter({ name: 'BACKOFF', retryAtMs });
  run.arm(retryAtMs);
}

function giveUpAfterLastTry(run: Run): void {
  if (run.history.tries <= run.config.startRetries) {
    return;
  }
  giveUp(run);
  run.log('info', `gave up: ${run.config.name} entered FATAL state, too many start retries too quickly`);
}

function giveUp(run: Run): void {
  run.remember({ tries: 0 });
  run.disarm();
  run.enter({ name: 'FATAL' });
}

function retry(run: Run, state: Extract<ProcessState, { name: 'BACKOFF' }>): void {
  if (run.nowMs < state.retryAtMs) {
    run.arm(state.retryAtMs);
  } else if (run.context.mayStart) {
    start(run);
  }
}

function restart(run: Run, state: Extract<ProcessState, { name: 'EXITED' }>): void {
  if (state.restartAtMs === null) {
    return;
  }
  if (run.nowMs < state.restartAtMs) {
    run.arm(state.restartAtMs);
  } else if (run.context.mayStart) {
    start(run);
  }
}

function exitedWhileRunning(
  run: Run,
  _state: ProcessState,
  { status }: { readonly status: WaitStatus },
): void {
  end(run, status, restartsAfter(run.config, isExpected(run, status)) ? nextStartMs(run) : null);
}

function end(run: Run, status: WaitStatus, restartAtMs: number | null): void {
  const expected = isExpected(run, status);
  run.remember({
    stoppedAtMs: run.context.now.wallMs,
    exitStatus: status.exitStatus,
    tries: 0,
    shortLives: livedShortly(run) ? run.history.shortLives + 1 : 0,
    ...(expected ? {} : { spawnError: `Bad exit code ${status.exitStatus}` }),
  });
  run.disarm();
  run.enter({ name: 'EXITED', restartAtMs }, expected);
  const verdict = expected ? 'expected' : 'not expected';
  run.log(expected ? 'info' : 'warn', `exited: ${run.config.name} (${status.text}; ${verdict})`);
  if (restartAtMs !== null) {
    run.arm(restartAtMs);
  }
}

function isExpected(run: Run, status: WaitStatus): boolean {
  return run.config.exitCodes.includes(status.exitStatus);
}

function restartsAfter(config: MachineConfig, expected: boolean): boolean {
  return config.autorestart === 'always' || (config.autorestart === 'unexpected' && !expected);
}

function livedShortly(run: Run): boolean {
  return run.nowMs - run.history.startedMonotonicMs < SHORT_LIFE_MS;
}

function nextStartMs(run: Run): number {
  const isRepeated = livedShortly(run) && run.history.shortLives > 0;
  return isRepeated ? run.history.startedMonotonicMs + SHORT_LIFE_MS : run.nowMs;
}

function stopRunning(run: Run, state: { readonly pid: number | null }): void {
  if (state.pid === null) {
    refuseStop(run);
    return;
  }
  const { stopSignal, stopAsGroup, stopWaitSeconds } = run.config;
  const killAtMs = run.nowMs + stopWaitSeconds * 1000;
  logKill(run, state.pid, stopSignal, stopAsGroup);
  run.enter({ name: 'STOPPING', pid: state.pid, killAtMs });
  run.arm(killAtMs);
  run.effects.push({ type: 'kill', pid: state.pid, signal: stopSignal, asGroup: stopAsGroup });
}

function logKill(run: Run, pid: number, signal: number, asGroup: boolean): void {
  const whom = asGroup ? 'process group ' : '';
  run.log('debug', `killing ${run.config.name} (pid ${pid}) ${whom}with signal ${signalName(signal)}`);
}

function killOverdue(run: Run, state: Extract<ProcessState, { name: 'STOPPING' }>): void {
  if (run.nowMs < state.killAtMs) {
    run.arm(state.killAtMs);
    return;
  }
  const { name, killAsGroup, stopWaitSeconds } = run.config;
  const killAtMs = run.nowMs + Math.max(stopWaitSeconds, 1) * 1000;
  run.log('warn', `killing '${name}' (${state.pid}) with SIGKILL`);
  logKill(run, state.pid, SIGKILL, killAsGroup);
  run.state = { ...state, killAtMs };
  run.arm(killAtMs);
  run.effects.push({ type: 'kill', pid: state.pid, signal: SIGKILL, asGroup: killAsGroup });
}

function exitedWhileStopping(
  run: Run,
  _state: ProcessState,
  { status }: { readonly status: WaitStatus },
): void {
  run.remember({ stoppedAtMs: run.context.now.wallMs, exitStatus: status.exitStatus });
  run.disarm();
  run.enter({ name: 'STOPPED' });
  run.log(isExpected(run, status) ? 'info' : 'warn', `stopped: ${run.config.name} (${status.text})`);
}

function stopBackoff(run: Run): void {
  run.log('debug', `Attempted to kill ${run.config.name}, which is in BACKOFF state.`);
  run.disarm();
  run.enter({ name: 'STOPPED' });
}

/** Who stops a program between its exit and its restart does not want it back. */
function stopBeforeRestart(run: Run, state: Extract<ProcessState, { name: 'EXITED' }>): void {
  if (state.restartAtMs === null) {
    refuseStop(run);
    return;
  }
  run.disarm();
  run.enter({ name: 'STOPPED' });
}

function refuseStop(run: Run): void {
  const { name, stopSignal } = run.config;
  const message = `attempted to kill ${name} with sig ${signalName(stopSignal)} but it wasn't running`;
  run.log('debug', message);
  run.effects.push({ type: 'refuse', message });
}

function loseTrack(run: Run, state: { readonly pid: number | null }): void {
  if (state.pid === null) {
    return;
  }
  run.disarm();
  if (run.state.name !== 'UNKNOWN') {
    run.enter({ name: 'UNKNOWN', pid: state.pid });
  }
}

/**
 * The reference dies of this one. The end of a process that could not be signalled is an end like others,
 * but it is not started again.
 */
function exitedUnwatched(run: Run, _state: ProcessState, event: { readonly status: WaitStatus }): void {
  end(run, event.status, null);
}
