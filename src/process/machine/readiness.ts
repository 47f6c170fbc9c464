/**
 * What the machine does from the spawn to RUNNING: the process stays up for startsecs, and reports that it is ready where it
 * has a readiness check.
 *
 * @module
 */
import { deadlineOfHeldUp } from './held-up.ts';
import { policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import { stopFor } from './stopping.ts';
import type { ProcessState } from './types.ts';

type Starting = Extract<ProcessState, { readonly name: 'STARTING' }>;

export function spawned(draft: StepDraft, state: Starting, event: { readonly pid: number }): void {
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

/** The process reports that it is ready; it is RUNNING then, but not before startsecs. */
export function ready(draft: StepDraft, state: Starting): void {
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

export function dueWhileStarting(draft: StepDraft, state: Starting): void {
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

type Unready = Required<Extract<Starting, { readonly pid: number }>>;

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

/** More time to become ready. */
export function extendStart(
  draft: StepDraft,
  state: Starting,
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
