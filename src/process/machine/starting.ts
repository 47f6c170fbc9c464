/**
 * What the machine does from the request to start a process to RUNNING, or to giving up.
 *
 * @module
 */
import { countRestart, nextTryMs, policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import { stopFor } from './stopping.ts';
import type { ProcessState } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

/** A start by hand or by autostart: it forgets earlier failures, and waits for dependencies that are not met. */
export function start(
  draft: StepDraft,
  _state: ProcessState,
  { ignoresDependencies = false }: { readonly ignoresDependencies?: boolean },
): void {
  if (policyOf(draft).pace !== null) {
    draft.remember({ restarts: 0, restartedAtMs: [] });
  }
  if (!ignoresDependencies && draft.context.areDependenciesMet === false) {
    waitForDependencies(draft, true);
    return;
  }
  begin(draft);
}

/** Takes a process from any state without a process to STARTING. */
export function begin(draft: StepDraft): void {
  const { now } = draft.context;
  if (draft.context.mayRunHere === false) {
    waitForDependencies(draft, false);
    return;
  }
  draft.remember({
    startedAtMs: now.wallMs,
    startedMonotonicMs: now.monotonicMs,
    spawnError: '',
    exitStatus: null,
  });
  draft.disarm();
  const { hooks } = policyOf(draft);
  if (hooks.has('pre_start') || hooks.has('post_stop')) {
    draft.enter({ name: 'STARTING', pid: null, hook: 'pre_start' });
    draft.effects.push({ type: 'run-hook', hook: 'pre_start', exitStatus: null });
    return;
  }
  draft.enter({ name: 'STARTING', pid: null });
  draft.effects.push({ type: 'spawn' });
}

export function refuseStart(draft: StepDraft): void {
  draft.log('warn', `process '${draft.config.name}' already running`);
}

export function dependenciesMet(draft: StepDraft, state: In<'STOPPED'>): void {
  if (state.waiting !== undefined && draft.context.mayStart) {
    begin(draft);
  }
}

/** Of a process that waits for its dependencies. */
export function dueWhileWaiting(draft: StepDraft, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined || waiting.deadlineMs === null) {
    return;
  }
  if (draft.nowMs < waiting.deadlineMs) {
    draft.arm(waiting.deadlineMs);
    return;
  }
  const laterMs = deadlineOfHeldUp(draft, waiting.deadlineMs, policyOf(draft).dependsTimeoutMs);
  if (laterMs !== null) {
    draft.state = { name: 'STOPPED', waiting: { ...waiting, deadlineMs: laterMs } };
    draft.arm(laterMs);
    return;
  }
  draft.effects.push({ type: 'dependencies-overdue' });
}

/** The dependencies were not met in time. */
export function dependenciesFailed(
  draft: StepDraft,
  { waiting }: In<'STOPPED'>,
  { message }: { readonly message: string },
): void {
  if (waiting === undefined) {
    return;
  }
  draft.disarm();
  draft.effects.push({ type: 'forget-dependencies' });
  draft.remember({ spawnError: message });
  draft.enter({ name: 'FATAL' });
  draft.log('info', `gave up: ${draft.config.name} entered FATAL state, ${message}`);
}

/** The wait is taken back; the process stays STOPPED. */
export function stopWaiting(draft: StepDraft): void {
  draft.disarm();
  draft.effects.push({ type: 'forget-dependencies' });
  draft.state = { name: 'STOPPED' };
}

/** After the pre_start hook, which nothing but success lets the process be spawned. */
export function hookDoneWhileStarting(
  draft: StepDraft,
  state: In<'STARTING'>,
  { hook, failure }: { readonly hook: string; readonly failure: string | null },
): void {
  if (state.pid !== null || state.hook !== hook) {
    return;
  }
  if (failure === null && draft.context.mayRunHere === false) {
    waitForDependencies(draft, false);
    return;
  }
  if (failure === null) {
    const { now } = draft.context;
    draft.remember({ startedMonotonicMs: now.monotonicMs });
    draft.state = { name: 'STARTING', pid: null };
    draft.effects.push({ type: 'spawn' });
    return;
  }
  failedToSpawn(draft, failure);
}

/** A stop, or the daemon's end, while the pre_start hook runs. */
export function stopBeforeSpawn(draft: StepDraft): void {
  draft.effects.push({ type: 'cancel-hooks' });
  draft.disarm();
  draft.enter({ name: 'STOPPED' });
}

export function spawned(draft: StepDraft, state: In<'STARTING'>, event: { readonly pid: number }): void {
  if (state.pid !== null) {
    return;
  }
  const { name, startSeconds } = draft.config;
  const { readinessTimeoutMs } = policyOf(draft);
  const { startedMonotonicMs } = draft.history;
  const runningAtMs = startedMonotonicMs + startSeconds * 1000;
  draft.log('info', `spawned: '${name}' with pid ${event.pid}`);
  if (readinessTimeoutMs === null) {
    draft.state = { name: 'STARTING', pid: event.pid, runningAtMs };
    draft.arm(runningAtMs);
    return;
  }
  const deadlineMs = readinessTimeoutMs === 0 ? null : startedMonotonicMs + readinessTimeoutMs;
  draft.state = { name: 'STARTING', pid: event.pid, runningAtMs, readiness: { isReady: false, deadlineMs } };
  if (deadlineMs !== null) {
    draft.arm(deadlineMs);
  }
}

export function spawnFailed(
  draft: StepDraft,
  state: In<'STARTING'>,
  event: { readonly message: string },
): void {
  if (state.pid === null) {
    failedToSpawn(draft, event.message);
  }
}

function failedToSpawn(draft: StepDraft, message: string): void {
  draft.remember({ spawnError: message });
  draft.log('info', `spawnerr: ${message}`);
  backOff(draft);
  giveUpAfterLastTry(draft);
}

/** The process reports that it is ready; it is RUNNING then, but not before startsecs. */
export function ready(draft: StepDraft, state: In<'STARTING'>): void {
  if (state.pid === null || state.readiness === undefined || state.readiness.isReady) {
    return;
  }
  if (draft.nowMs >= state.runningAtMs) {
    becomeRunning(draft, state.pid);
    return;
  }
  draft.state = { ...state, readiness: { ...state.readiness, isReady: true } };
  draft.arm(state.runningAtMs);
}

export function dueWhileStarting(draft: StepDraft, state: In<'STARTING'>): void {
  if (state.pid === null) {
    return;
  }
  const { readiness } = state;
  if (readiness !== undefined && !readiness.isReady) {
    dueBeforeReady(draft, { ...state, readiness });
    return;
  }
  if (draft.nowMs < state.runningAtMs) {
    draft.arm(state.runningAtMs);
    return;
  }
  becomeRunning(draft, state.pid);
}

type Unready = Required<Extract<In<'STARTING'>, { readonly pid: number }>>;

function dueBeforeReady(draft: StepDraft, state: Unready): void {
  const { deadlineMs } = state.readiness;
  if (deadlineMs === null) {
    return;
  }
  if (draft.nowMs < deadlineMs) {
    draft.arm(deadlineMs);
    return;
  }
  const laterMs = deadlineOfHeldUp(draft, deadlineMs, policyOf(draft).readinessTimeoutMs);
  if (laterMs !== null) {
    draft.state = { ...state, readiness: { isReady: false, deadlineMs: laterMs } };
    draft.arm(laterMs);
    return;
  }
  const seconds = (policyOf(draft).readinessTimeoutMs ?? 0) / 1000;
  const message = `not ready after ${seconds} seconds`;
  draft.log('warn', `${draft.config.name}: ${message}`);
  stopFor(draft, state.pid, { kind: 'backoff', message });
}

/** A timer that rings this late shows that the daemon was stopped or killed meanwhile, or that the machine slept. */
const HELD_UP_MS = 1000;

/**
 * A later deadline where the daemon did not run when the deadline passed: what happened meanwhile it has not seen yet. Null
 * where it did run.
 *
 * @param timeoutMs the whole time limit: no more than that is added
 */
function deadlineOfHeldUp(draft: StepDraft, deadlineMs: number, timeoutMs: number | null): number | null {
  const lateMs = draft.nowMs - deadlineMs;
  return lateMs > HELD_UP_MS ? draft.nowMs + Math.min(lateMs, timeoutMs ?? 0) : null;
}

/** More time to become ready. */
export function extendStart(
  draft: StepDraft,
  state: In<'STARTING'>,
  { untilMs }: { readonly untilMs: number },
): void {
  if (state.pid === null || state.readiness === undefined || state.readiness.isReady) {
    return;
  }
  const { deadlineMs } = state.readiness;
  if (deadlineMs !== null && untilMs > deadlineMs) {
    draft.state = { ...state, readiness: { isReady: false, deadlineMs: untilMs } };
    draft.arm(untilMs);
  }
}

/** @param isOver the process has done its work before startsecs */
export function becomeRunning(draft: StepDraft, pid: number, isOver = false): void {
  draft.remember({ tries: 0 });
  draft.disarm();
  draft.enter({ name: 'RUNNING', pid });
  if (isOver) {
    return;
  }
  const stayed = `process has stayed up for > than ${draft.config.startSeconds} seconds (startsecs)`;
  draft.log('info', `success: ${draft.config.name} entered RUNNING state, ${stayed}`);
  if (policyOf(draft).hooks.has('post_start')) {
    draft.effects.push({ type: 'run-hook', hook: 'post_start', exitStatus: null });
  }
}

/** The reference's pause grows by a second with every try. */
export function backOff(draft: StepDraft): void {
  const tries = draft.history.tries + 1;
  const retryAtMs = nextTryMs(draft, tries);
  draft.remember({ tries });
  draft.enter({ name: 'BACKOFF', retryAtMs });
  draft.arm(retryAtMs);
}

/** A negative number of tries never ends. */
export function giveUpAfterLastTry(draft: StepDraft): void {
  const { startRetries } = draft.config;
  if (startRetries < 0 || draft.history.tries <= startRetries) {
    return;
  }
  giveUp(draft);
  draft.log('info', `gave up: ${draft.config.name} entered FATAL state, too many start retries too quickly`);
}

export function giveUp(draft: StepDraft): void {
  draft.remember({ tries: 0 });
  draft.disarm();
  draft.enter({ name: 'FATAL' });
}

export function retry(draft: StepDraft, state: In<'BACKOFF'>): void {
  if (draft.nowMs < state.retryAtMs) {
    draft.arm(state.retryAtMs);
  } else if (draft.context.mayStart) {
    countRestart(draft);
    begin(draft);
  }
}

export function restart(draft: StepDraft, state: In<'EXITED'>): void {
  if (state.restartAtMs === null) {
    return;
  }
  if (draft.nowMs < state.restartAtMs) {
    draft.arm(state.restartAtMs);
  } else if (draft.context.mayStart) {
    countRestart(draft);
    begin(draft);
  }
}

/** STOPPED, until the dependencies are met. @param startsThem whether those that do not run are to be started */
export function waitForDependencies(draft: StepDraft, startsThem: boolean): void {
  const timeoutMs = policyOf(draft).dependsTimeoutMs ?? 0;
  const deadlineMs = timeoutMs === 0 ? null : draft.nowMs + timeoutMs;
  const waiting = { sinceMs: draft.nowMs, deadlineMs };
  draft.disarm();
  if (draft.state.name === 'STOPPED') {
    draft.state = { name: 'STOPPED', waiting };
  } else {
    draft.enter({ name: 'STOPPED', waiting });
  }
  draft.remember({ spawnError: '' });
  draft.effects.push({ type: 'await-dependencies', startsThem });
  if (deadlineMs !== null) {
    draft.arm(deadlineMs);
  }
}
