/**
 * What the machine does with a process that waits for its dependencies.
 *
 * @module
 */
import { deadlineOfHeldUp } from './held-up.ts';
import { policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import type { ProcessState } from './types.ts';

type Stopped = Extract<ProcessState, { readonly name: 'STOPPED' }>;

/** Of a process that waits for its dependencies. */
export function dueWhileWaiting(draft: StepDraft, { waiting }: Stopped): void {
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
  { waiting }: Stopped,
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

/** The wait is cancelled; the process stays STOPPED. */
export function stopWaiting(draft: StepDraft): void {
  draft.disarm();
  draft.effects.push({ type: 'forget-dependencies' });
  draft.state = { name: 'STOPPED' };
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
