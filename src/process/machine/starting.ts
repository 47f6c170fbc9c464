/**
 * What the machine does from the request to start a process to RUNNING, or to giving up.
 *
 * @module
 */
import { nextTryMs, policyOf } from './pace.ts';
import type { Run } from './run.ts';
import { stopFor } from './stopping.ts';
import type { ProcessState } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

/** A start by hand or by autostart: it forgets earlier failures, and waits for dependencies that are not met. */
export function start(
  run: Run,
  _state: ProcessState,
  { ignoresDependencies = false }: { readonly ignoresDependencies?: boolean },
): void {
  if (policyOf(run).pace !== null) {
    run.remember({ restarts: 0, restartedAtMs: [] });
  }
  if (!ignoresDependencies && run.context.areDependenciesMet === false) {
    waitForDependencies(run, true);
    return;
  }
  begin(run);
}

/** Takes a process from any state without a process to STARTING. */
export function begin(run: Run): void {
  const { now } = run.context;
  run.remember({
    startedAtMs: now.wallMs,
    startedMonotonicMs: now.monotonicMs,
    spawnError: '',
    exitStatus: null,
  });
  run.disarm();
  const { hooks } = policyOf(run);
  if (hooks.has('pre_start') || hooks.has('post_stop')) {
    run.enter({ name: 'STARTING', pid: null, hook: 'pre_start' });
    run.effects.push({ type: 'run-hook', hook: 'pre_start', exitStatus: null });
    return;
  }
  run.enter({ name: 'STARTING', pid: null });
  run.effects.push({ type: 'spawn' });
}

export function refuseStart(run: Run): void {
  run.log('warn', `process '${run.config.name}' already running`);
}

export function dependenciesMet(run: Run, state: In<'STOPPED'>): void {
  if (state.waiting !== undefined && run.context.mayStart) {
    begin(run);
  }
}

/** Of a process that waits for its dependencies. */
export function dueWhileWaiting(run: Run, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined || waiting.deadlineMs === null) {
    return;
  }
  if (run.nowMs < waiting.deadlineMs) {
    run.arm(waiting.deadlineMs);
    return;
  }
  run.effects.push({ type: 'dependencies-overdue' });
}

/** The dependencies were not met in time. */
export function dependenciesFailed(
  run: Run,
  { waiting }: In<'STOPPED'>,
  { message }: { readonly message: string },
): void {
  if (waiting === undefined) {
    return;
  }
  run.disarm();
  run.effects.push({ type: 'forget-dependencies' });
  run.remember({ spawnError: message });
  run.enter({ name: 'FATAL' });
  run.log('info', `gave up: ${run.config.name} entered FATAL state, ${message}`);
}

/** The wait is taken back; the process stays STOPPED. */
export function stopWaiting(run: Run): void {
  run.disarm();
  run.effects.push({ type: 'forget-dependencies' });
  run.state = { name: 'STOPPED' };
}

/** After the pre_start hook, which nothing but success lets the process be spawned. */
export function hookDoneWhileStarting(
  run: Run,
  state: In<'STARTING'>,
  { hook, failure }: { readonly hook: string; readonly failure: string | null },
): void {
  if (state.pid !== null || state.hook !== hook) {
    return;
  }
  if (failure === null) {
    const { now } = run.context;
    run.remember({ startedMonotonicMs: now.monotonicMs });
    run.state = { name: 'STARTING', pid: null };
    run.effects.push({ type: 'spawn' });
    return;
  }
  failedToSpawn(run, failure);
}

/** A stop, or the daemon's end, while the pre_start hook runs. */
export function stopBeforeSpawn(run: Run): void {
  run.effects.push({ type: 'cancel-hooks' });
  run.disarm();
  run.enter({ name: 'STOPPED' });
}

export function spawned(run: Run, state: In<'STARTING'>, event: { readonly pid: number }): void {
  if (state.pid !== null) {
    return;
  }
  const { name, startSeconds } = run.config;
  const { readinessTimeoutMs } = policyOf(run);
  const { startedMonotonicMs } = run.history;
  const runningAtMs = startedMonotonicMs + startSeconds * 1000;
  run.log('info', `spawned: '${name}' with pid ${event.pid}`);
  if (readinessTimeoutMs === null) {
    run.state = { name: 'STARTING', pid: event.pid, runningAtMs };
    run.arm(runningAtMs);
    return;
  }
  const deadlineMs = readinessTimeoutMs === 0 ? null : startedMonotonicMs + readinessTimeoutMs;
  run.state = { name: 'STARTING', pid: event.pid, runningAtMs, readiness: { isReady: false, deadlineMs } };
  if (deadlineMs !== null) {
    run.arm(deadlineMs);
  }
}

export function spawnFailed(run: Run, state: In<'STARTING'>, event: { readonly message: string }): void {
  if (state.pid === null) {
    failedToSpawn(run, event.message);
  }
}

function failedToSpawn(run: Run, message: string): void {
  run.remember({ spawnError: message });
  run.log('info', `spawnerr: ${message}`);
  backOff(run);
  giveUpAfterLastTry(run);
}

/** The process reports that it is ready; it is RUNNING then, but not before startsecs. */
export function ready(run: Run, state: In<'STARTING'>): void {
  if (state.pid === null || state.readiness === undefined || state.readiness.isReady) {
    return;
  }
  if (run.nowMs >= state.runningAtMs) {
    becomeRunning(run, state.pid);
    return;
  }
  run.state = { ...state, readiness: { ...state.readiness, isReady: true } };
  run.arm(state.runningAtMs);
}

export function dueWhileStarting(run: Run, state: In<'STARTING'>): void {
  if (state.pid === null) {
    return;
  }
  const { readiness } = state;
  if (readiness !== undefined && !readiness.isReady) {
    dueBeforeReady(run, state, readiness.deadlineMs);
    return;
  }
  if (run.nowMs < state.runningAtMs) {
    run.arm(state.runningAtMs);
    return;
  }
  becomeRunning(run, state.pid);
}

function dueBeforeReady(
  run: Run,
  state: Extract<In<'STARTING'>, { readonly pid: number }>,
  deadlineMs: number | null,
): void {
  if (deadlineMs === null) {
    return;
  }
  if (run.nowMs < deadlineMs) {
    run.arm(deadlineMs);
    return;
  }
  const seconds = (policyOf(run).readinessTimeoutMs ?? 0) / 1000;
  const message = `not ready after ${seconds} seconds`;
  run.log('warn', `${run.config.name}: ${message}`);
  stopFor(run, state.pid, { kind: 'backoff', message });
}

/** More time to become ready. */
export function extendStart(
  run: Run,
  state: In<'STARTING'>,
  { untilMs }: { readonly untilMs: number },
): void {
  if (state.pid === null || state.readiness === undefined || state.readiness.isReady) {
    return;
  }
  const { deadlineMs } = state.readiness;
  if (deadlineMs !== null && untilMs > deadlineMs) {
    run.state = { ...state, readiness: { isReady: false, deadlineMs: untilMs } };
    run.arm(untilMs);
  }
}

/** @param isOver the process has done its work before startsecs */
export function becomeRunning(run: Run, pid: number, isOver = false): void {
  run.remember({ tries: 0 });
  run.disarm();
  run.enter({ name: 'RUNNING', pid });
  if (isOver) {
    return;
  }
  const stayed = `process has stayed up for > than ${run.config.startSeconds} seconds (startsecs)`;
  run.log('info', `success: ${run.config.name} entered RUNNING state, ${stayed}`);
  if (policyOf(run).hooks.has('post_start')) {
    run.effects.push({ type: 'run-hook', hook: 'post_start', exitStatus: null });
  }
}

/** The reference's pause grows by a second with every try. */
export function backOff(run: Run): void {
  const tries = run.history.tries + 1;
  const retryAtMs = nextTryMs(run, tries);
  run.remember({ tries });
  run.enter({ name: 'BACKOFF', retryAtMs });
  run.arm(retryAtMs);
}

/** A negative number of tries never ends. */
export function giveUpAfterLastTry(run: Run): void {
  const { startRetries } = run.config;
  if (startRetries < 0 || run.history.tries <= startRetries) {
    return;
  }
  giveUp(run);
  run.log('info', `gave up: ${run.config.name} entered FATAL state, too many start retries too quickly`);
}

export function giveUp(run: Run): void {
  run.remember({ tries: 0 });
  run.disarm();
  run.enter({ name: 'FATAL' });
}

export function retry(run: Run, state: In<'BACKOFF'>): void {
  if (run.nowMs < state.retryAtMs) {
    run.arm(state.retryAtMs);
  } else if (run.context.mayStart) {
    begin(run);
  }
}

export function restart(run: Run, state: In<'EXITED'>): void {
  if (state.restartAtMs === null) {
    return;
  }
  if (run.nowMs < state.restartAtMs) {
    run.arm(state.restartAtMs);
  } else if (run.context.mayStart) {
    begin(run);
  }
}

/** STOPPED, until the dependencies are met. @param startsThem whether those that do not run are to be started */
export function waitForDependencies(run: Run, startsThem: boolean): void {
  const timeoutMs = policyOf(run).dependsTimeoutMs ?? 0;
  const deadlineMs = timeoutMs === 0 ? null : run.nowMs + timeoutMs;
  const waiting = { sinceMs: run.nowMs, deadlineMs };
  run.disarm();
  if (run.state.name === 'STOPPED') {
    run.state = { name: 'STOPPED', waiting };
  } else {
    run.enter({ name: 'STOPPED', waiting });
  }
  run.remember({ spawnError: '' });
  run.effects.push({ type: 'await-dependencies', startsThem });
  if (deadlineMs !== null) {
    run.arm(deadlineMs);
  }
}
