/**
 * What the machine does from the request to start a process to its spawn, and when it starts a process again.
 *
 * @module
 */
import { backOff, giveUpAfterLastTry } from './backoff.ts';
import { countRestart, policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import type { ProcessState } from './types.ts';
import { waitForDependencies } from './waiting.ts';

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

/** The pre_start hook has ended. The process is spawned only if the hook has succeeded. */
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
