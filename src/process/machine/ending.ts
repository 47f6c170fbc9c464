/**
 * What the machine does when a process has ended, by itself or after a stop.
 *
 * @module
 */
import { backOff, giveUp, giveUpAfterLastTry } from './backoff.ts';
import {
  countRestart,
  describeRestartLimit,
  exceedsRestartLimit,
  nextStartMs,
  policyOf,
  wasShortRun,
} from './pace.ts';
import { becomeRunning } from './readiness.ts';
import { begin } from './starting.ts';
import type { StepDraft } from './step-draft.ts';
import { hookDoneWhileStopping, refuseStop, stopFor } from './stopping.ts';
import type { MachineConfig, ProcessState, Sequel } from './types.ts';
import type { WaitStatus } from './wait-status.ts';
import { waitForDependencies } from './waiting.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

interface Exit {
  readonly status: WaitStatus;
}

export function exitedWhileStarting(draft: StepDraft, state: In<'STARTING'>, event: Exit): void {
  if (state.pid === null) {
    return;
  }
  const isUp = (state.readiness?.isReady ?? true) && draft.nowMs >= state.runningAtMs;
  const isDone = policyOf(draft).isOneshot && isExpected(draft, event.status);
  if (isUp || isDone) {
    becomeRunning(draft, state.pid, !isUp);
    exitedWhileRunning(draft, state, event);
    return;
  }
  draft.remember({
    stoppedAtMs: draft.context.now.wallMs,
    exitStatus: null,
    spawnError: event.status.cause ?? 'Exited too quickly (process log may have details)',
  });
  backOff(draft);
  draft.log('warn', `exited: ${draft.config.name} (${event.status.text}; not expected)`);
  runPostStop(draft, event.status);
  giveUpAfterLastTry(draft);
}

export function exitedWhileRunning(draft: StepDraft, _state: ProcessState, { status }: Exit): void {
  if (!restartsAfter(draft.config, isExpected(draft, status))) {
    end(draft, status, null);
    return;
  }
  const isOneTooMany = exceedsRestartLimit(draft);
  end(draft, status, isOneTooMany ? null : nextStartMs(draft));
  if (isOneTooMany) {
    const message = describeRestartLimit(draft);
    draft.remember({ spawnError: message });
    draft.enter({ name: 'FATAL' });
    draft.log('info', `gave up: ${draft.config.name} entered FATAL state, ${message}`);
  }
}

/**
 * The end of a process that could not be signalled is an end like others (it ends the reference's daemon),
 * but it is not started again.
 */
export function exitedUnwatched(draft: StepDraft, _state: ProcessState, event: Exit): void {
  end(draft, event.status, null);
}

export function exitedWhileStopping(draft: StepDraft, state: In<'STOPPING'>, { status }: Exit): void {
  if (state.pid === null) {
    return;
  }
  draft.remember({ stoppedAtMs: draft.context.now.wallMs, exitStatus: status.exitStatus });
  draft.disarm();
  if (state.step?.kind === 'pre_stop' || state.step?.kind === 'command') {
    draft.effects.push({ type: 'cancel-hooks' });
  }
  const level = isExpected(draft, status) ? 'info' : 'warn';
  if (!policyOf(draft).hooks.has('post_stop')) {
    finishStop(draft, state.sequel);
    draft.log(level, `stopped: ${draft.config.name} (${status.text})`);
    afterStop(draft, state.sequel);
    return;
  }
  const { sequel } = state;
  draft.state = {
    name: 'STOPPING',
    pid: null,
    hook: 'post_stop',
    ...(sequel === undefined ? {} : { sequel }),
  };
  draft.log(level, `stopped: ${draft.config.name} (${status.text})`);
  draft.effects.push({ type: 'run-hook', hook: 'post_stop', exitStatus: status.exitStatus });
}

export function hookDone(
  draft: StepDraft,
  state: In<'STOPPING'>,
  event: { readonly hook: string; readonly failure: string | null },
): void {
  if (state.pid !== null) {
    hookDoneWhileStopping(draft, state, event);
  } else if (event.hook === state.hook) {
    finishStop(draft, state.sequel);
    afterStop(draft, state.sequel);
  }
}

/** Stops a process and starts it again; one that waits for its next start has it at once. */
export function restartRunning(
  draft: StepDraft,
  state: { readonly pid: number | null },
  event: { readonly reason: string; readonly countsAsFailure: boolean; readonly waits?: boolean },
): void {
  if (state.pid === null || !draft.context.mayStart) {
    return;
  }
  const act = draft.context.mayRunHere === false ? 'stopping' : 'restarting';
  draft.log('info', `${act} ${draft.config.name}: ${event.reason}`);
  if (event.countsAsFailure && exceedsRestartLimit(draft)) {
    stopFor(draft, state.pid, { kind: 'fatal', message: describeRestartLimit(draft) });
    return;
  }
  stopFor(draft, state.pid, event.waits ? WAITING_RESTART : RESTART);
}

/** A process that is being stopped is to be started again after it. */
export function restartWhileStopping(
  draft: StepDraft,
  state: In<'STOPPING'>,
  { waits }: { readonly waits?: boolean },
): void {
  if (draft.context.mayStart) {
    draft.state = { ...state, sequel: waits ? WAITING_RESTART : RESTART };
  }
}

const RESTART: Sequel = { kind: 'restart' };
const WAITING_RESTART: Sequel = { kind: 'restart', waits: true };

/** A stop between an exit and the next start cancels the start. */
export function stopBeforeRestart(draft: StepDraft, state: In<'EXITED'>): void {
  if (state.restartAtMs === null) {
    refuseStop(draft);
    return;
  }
  draft.disarm();
  draft.enter({ name: 'STOPPED' });
}

/** BACKOFF and FATAL are entered directly: subscribers see one change for one end. */
function finishStop(draft: StepDraft, sequel: Sequel | undefined): void {
  switch (sequel?.kind) {
    case 'backoff':
      draft.remember({ spawnError: sequel.message });
      backOff(draft);
      break;
    case 'fatal':
      draft.remember({ spawnError: sequel.message });
      giveUp(draft);
      draft.log('info', `gave up: ${draft.config.name} entered FATAL state, ${sequel.message}`);
      break;
    default:
      draft.enter({ name: 'STOPPED' });
  }
}

function afterStop(draft: StepDraft, sequel: Sequel | undefined): void {
  if (sequel?.kind === 'backoff') {
    giveUpAfterLastTry(draft);
  } else if (sequel?.kind === 'restart' && draft.context.mayStart) {
    startAgain(draft, sequel.waits === true);
  }
}

function startAgain(draft: StepDraft, waits: boolean): void {
  countRestart(draft);
  if (waits && draft.context.areDependenciesMet === false) {
    waitForDependencies(draft, false);
  } else {
    begin(draft);
  }
}

function end(draft: StepDraft, status: WaitStatus, restartAtMs: number | null): void {
  const expected = isExpected(draft, status);
  draft.remember({
    stoppedAtMs: draft.context.now.wallMs,
    exitStatus: status.exitStatus,
    tries: 0,
    shortLives: wasShortRun(draft) ? draft.history.shortLives + 1 : 0,
    ...(expected ? {} : { spawnError: status.cause ?? `Bad exit code ${status.exitStatus}` }),
  });
  draft.disarm();
  draft.enter({ name: 'EXITED', restartAtMs }, expected);
  const verdict = expected ? 'expected' : 'not expected';
  draft.log(expected ? 'info' : 'warn', `exited: ${draft.config.name} (${status.text}; ${verdict})`);
  runPostStop(draft, status);
  if (restartAtMs !== null) {
    draft.arm(restartAtMs);
  }
}

/** The post_stop hook of a process that ended without being stopped; its next start waits for the hook. */
function runPostStop(draft: StepDraft, status: WaitStatus): void {
  if (policyOf(draft).hooks.has('post_stop')) {
    draft.effects.push({ type: 'run-hook', hook: 'post_stop', exitStatus: status.exitStatus });
  }
}

function isExpected(draft: StepDraft, status: WaitStatus): boolean {
  return isExpectedStatus(draft.config, status.exitStatus);
}

/** Whether an exit status is one of `exitcodes`; an unknown one is not. */
export function isExpectedStatus({ exitCodes }: MachineConfig, exitStatus: number | null): boolean {
  return exitStatus !== null && exitCodes.includes(exitStatus);
}

/** Whether `autorestart` asks for a start after such an exit. */
export function restartsAfter(config: MachineConfig, expected: boolean): boolean {
  return config.autorestart === 'always' || (config.autorestart === 'unexpected' && !expected);
}
