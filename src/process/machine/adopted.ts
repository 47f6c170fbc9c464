/**
 * What the machine does with a process that an earlier daemon has started: it goes on from the recorded state, without an
 * event, because the state has not changed.
 *
 * @module
 */
import type { StepDraft } from './step-draft.ts';
import type { ProcessState } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

export function adopted(draft: StepDraft, { pid }: { readonly pid: number }): void {
  draft.log('info', `adopted: '${draft.config.name}' with pid ${pid}`);
}

export function adoptedWhileStarting(draft: StepDraft, state: In<'STARTING'>): void {
  if (state.pid !== null) {
    adopted(draft, state);
    const { readiness } = state;
    const dueAtMs = readiness === undefined || readiness.isReady ? state.runningAtMs : readiness.deadlineMs;
    if (dueAtMs !== null) {
      draft.arm(dueAtMs);
    }
  } else if (state.hook !== undefined) {
    // The hook was lost with the daemon that ran it, and runs again.
    draft.effects.push({ type: 'run-hook', hook: state.hook, exitStatus: null });
  }
}

export function adoptedWhileStopping(draft: StepDraft, state: In<'STOPPING'>): void {
  if (state.pid === null) {
    draft.effects.push({ type: 'run-hook', hook: state.hook, exitStatus: draft.history.exitStatus });
    return;
  }
  adopted(draft, state);
  const { kind } = state.step ?? {};
  if (kind === 'pre_stop') {
    draft.effects.push({ type: 'run-hook', hook: 'pre_stop', exitStatus: null });
    return;
  }
  draft.arm(state.killAtMs);
  if (kind === 'command') {
    draft.effects.push({ type: 'run-hook', hook: 'stop_command', exitStatus: null });
  }
}

/** A process that waits for its dependencies goes on waiting. */
export function adoptedWhileWaiting(draft: StepDraft, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined) {
    return;
  }
  draft.effects.push({ type: 'await-dependencies', startsThem: false });
  if (waiting.deadlineMs !== null) {
    draft.arm(waiting.deadlineMs);
  }
}

export function waitForRetry(draft: StepDraft, { retryAtMs }: In<'BACKOFF'>): void {
  draft.arm(retryAtMs);
}

export function waitForRestart(draft: StepDraft, { restartAtMs }: In<'EXITED'>): void {
  if (restartAtMs !== null) {
    draft.arm(restartAtMs);
  }
}
