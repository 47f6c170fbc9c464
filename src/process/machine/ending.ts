/**
 * What the machine does when a process has ended, by itself or after a stop.
 *
 * @module
 */

import { describeRestartLimit, exceedsRestartLimit, livedShortly, nextStartMs, policyOf } from './pace.ts';
import type { Run } from './run.ts';
import {
  backOff,
  becomeRunning,
  begin,
  giveUp,
  giveUpAfterLastTry,
  waitForDependencies,
} from './starting.ts';
import { hookDoneWhileStopping, refuseStop, stopFor } from './stopping.ts';
import type { MachineConfig, ProcessState, Sequel } from './types.ts';
import type { WaitStatus } from './wait-status.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

interface Exit {
  readonly status: WaitStatus;
}

export function exitedWhileStarting(run: Run, state: In<'STARTING'>, event: Exit): void {
  if (state.pid === null) {
    return;
  }
  const isUp = (state.readiness?.isReady ?? true) && run.nowMs >= state.runningAtMs;
  const isDone = policyOf(run).isOneshot && isExpected(run, event.status);
  if (isUp || isDone) {
    becomeRunning(run, state.pid, !isUp);
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
  runPostStop(run, event.status);
  giveUpAfterLastTry(run);
}

export function exitedWhileRunning(run: Run, _state: ProcessState, { status }: Exit): void {
  if (!restartsAfter(run.config, isExpected(run, status))) {
    end(run, status, null);
    return;
  }
  const isOneTooMany = exceedsRestartLimit(run);
  end(run, status, isOneTooMany ? null : nextStartMs(run));
  if (isOneTooMany) {
    const message = describeRestartLimit(run);
    run.remember({ spawnError: message });
    run.enter({ name: 'FATAL' });
    run.log('info', `gave up: ${run.config.name} entered FATAL state, ${message}`);
  }
}

/**
 * The reference dies of this one. The end of a process that could not be signalled is an end like others,
 * but it is not started again.
 */
export function exitedUnwatched(run: Run, _state: ProcessState, event: Exit): void {
  end(run, event.status, null);
}

export function exitedWhileStopping(run: Run, state: In<'STOPPING'>, { status }: Exit): void {
  if (state.pid === null) {
    return;
  }
  run.remember({ stoppedAtMs: run.context.now.wallMs, exitStatus: status.exitStatus });
  run.disarm();
  if (state.step?.kind === 'pre_stop' || state.step?.kind === 'command') {
    run.effects.push({ type: 'cancel-hooks' });
  }
  const level = isExpected(run, status) ? 'info' : 'warn';
  if (!policyOf(run).hooks.has('post_stop')) {
    finishStop(run, state.sequel);
    run.log(level, `stopped: ${run.config.name} (${status.text})`);
    afterStop(run, state.sequel);
    return;
  }
  const { sequel } = state;
  run.state = { name: 'STOPPING', pid: null, hook: 'post_stop', ...(sequel === undefined ? {} : { sequel }) };
  run.log(level, `stopped: ${run.config.name} (${status.text})`);
  run.effects.push({ type: 'run-hook', hook: 'post_stop', exitStatus: status.exitStatus });
}

export function hookDone(
  run: Run,
  state: In<'STOPPING'>,
  event: { readonly hook: string; readonly failure: string | null },
): void {
  if (state.pid !== null) {
    hookDoneWhileStopping(run, state, event);
  } else if (event.hook === state.hook) {
    finishStop(run, state.sequel);
    afterStop(run, state.sequel);
  }
}

/** Stops a process and starts it again; one that waits for its next start has it at once. */
export function restartRunning(
  run: Run,
  state: { readonly pid: number | null },
  event: { readonly reason: string; readonly countsAsFailure: boolean; readonly waits?: boolean },
): void {
  if (state.pid === null || !run.context.mayStart) {
    return;
  }
  run.log('info', `restarting ${run.config.name}: ${event.reason}`);
  if (event.countsAsFailure && exceedsRestartLimit(run)) {
    stopFor(run, state.pid, { kind: 'fatal', message: describeRestartLimit(run) });
    return;
  }
  stopFor(run, state.pid, event.waits ? WAITING_RESTART : RESTART);
}

/** A process that is being stopped is to be started again after it. */
export function restartWhileStopping(
  run: Run,
  state: In<'STOPPING'>,
  { waits }: { readonly waits?: boolean },
): void {
  if (run.context.mayStart) {
    run.state = { ...state, sequel: waits ? WAITING_RESTART : RESTART };
  }
}

const RESTART: Sequel = { kind: 'restart' };
const WAITING_RESTART: Sequel = { kind: 'restart', waits: true };

/** A stop between an exit and the next start cancels the start. */
export function stopBeforeRestart(run: Run, state: In<'EXITED'>): void {
  if (state.restartAtMs === null) {
    refuseStop(run);
    return;
  }
  run.disarm();
  run.enter({ name: 'STOPPED' });
}

/** BACKOFF and FATAL are entered directly: subscribers see one change for one end. */
function finishStop(run: Run, sequel: Sequel | undefined): void {
  switch (sequel?.kind) {
    case 'backoff':
      run.remember({ spawnError: sequel.message });
      backOff(run);
      break;
    case 'fatal':
      run.remember({ spawnError: sequel.message });
      giveUp(run);
      run.log('info', `gave up: ${run.config.name} entered FATAL state, ${sequel.message}`);
      break;
    default:
      run.enter({ name: 'STOPPED' });
  }
}

function afterStop(run: Run, sequel: Sequel | undefined): void {
  if (sequel?.kind === 'backoff') {
    giveUpAfterLastTry(run);
  } else if (sequel?.kind === 'restart' && run.context.mayStart) {
    startAgain(run, sequel.waits === true);
  }
}

function startAgain(run: Run, waits: boolean): void {
  if (waits && run.context.areDependenciesMet === false) {
    waitForDependencies(run, false);
  } else {
    begin(run);
  }
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
  runPostStop(run, status);
  if (restartAtMs !== null) {
    run.arm(restartAtMs);
  }
}

/** The post_stop hook of a process that ended without being stopped; its next start waits for the hook. */
function runPostStop(run: Run, status: WaitStatus): void {
  if (policyOf(run).hooks.has('post_stop')) {
    run.effects.push({ type: 'run-hook', hook: 'post_stop', exitStatus: status.exitStatus });
  }
}

function isExpected(run: Run, status: WaitStatus): boolean {
  return run.config.exitCodes.includes(status.exitStatus);
}

function restartsAfter(config: MachineConfig, expected: boolean): boolean {
  return config.autorestart === 'always' || (config.autorestart === 'unexpected' && !expected);
}
