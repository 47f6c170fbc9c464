/**
 * What the machine does when a process runs on with another configuration: moments that were computed from the former
 * one are computed anew.
 *
 * @module
 */
import { isExpectedStatus, restartsAfter } from './ending.ts';
import { policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import type { MachineConfig, ProcessState } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

interface Reconfigured {
  readonly before: MachineConfig;
}

/** `startsecs`, the readiness check and its time limit. */
export function reconfiguredWhileStarting(
  draft: StepDraft,
  state: In<'STARTING'>,
  { before }: Reconfigured,
): void {
  if (state.pid === null) {
    return;
  }
  const { startedMonotonicMs } = draft.history;
  const runningAtMs = startedMonotonicMs + draft.config.startSeconds * 1000;
  const { readinessTimeoutMs: timeoutMs } = policyOf(draft);
  if (timeoutMs === null) {
    draft.state = { name: 'STARTING', pid: state.pid, runningAtMs };
    draft.arm(runningAtMs);
    return;
  }
  const wasLimited = before.policy?.readinessTimeoutMs ?? null;
  const isKept = state.readiness !== undefined && wasLimited === timeoutMs;
  const deadlineMs = isKept ? state.readiness.deadlineMs : deadlineOf(startedMonotonicMs, timeoutMs);
  const isReady = state.readiness?.isReady ?? false;
  draft.state = { name: 'STARTING', pid: state.pid, runningAtMs, readiness: { isReady, deadlineMs } };
  armOrDisarm(draft, isReady ? runningAtMs : deadlineMs);
}

/** `depends_timeout`. A process without dependencies is started soon: its wait is looked at again. */
export function reconfiguredWhileWaiting(draft: StepDraft, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined) {
    return;
  }
  const deadlineMs = deadlineOf(waiting.sinceMs, policyOf(draft).dependsTimeoutMs ?? 0);
  draft.state = { name: 'STOPPED', waiting: { ...waiting, deadlineMs } };
  armOrDisarm(draft, deadlineMs);
}

/** `stopwaitsecs`: the current step of the stop takes as much more or less time. A hook has a limit of its own. */
export function reconfiguredWhileStopping(
  draft: StepDraft,
  state: In<'STOPPING'>,
  { before }: Reconfigured,
): void {
  const addedMs = (draft.config.stopWaitSeconds - before.stopWaitSeconds) * 1000;
  if (state.pid === null || state.step?.kind === 'pre_stop' || addedMs === 0) {
    return;
  }
  const killAtMs = state.killAtMs + addedMs;
  draft.state = { ...state, killAtMs };
  draft.arm(killAtMs);
}

/** `autorestart` and `exitcodes`: a start that is pending does not come where they do not ask for it any more. */
export function reconfiguredAfterExit(draft: StepDraft, { restartAtMs }: In<'EXITED'>): void {
  const isExpected = isExpectedStatus(draft.config, draft.history.exitStatus);
  if (restartAtMs !== null && !restartsAfter(draft.config, isExpected)) {
    draft.state = { name: 'EXITED', restartAtMs: null };
    draft.disarm();
  }
}

function deadlineOf(fromMs: number, timeoutMs: number): number | null {
  return timeoutMs === 0 ? null : fromMs + timeoutMs;
}

function armOrDisarm(draft: StepDraft, atMs: number | null): void {
  if (atMs === null) {
    draft.disarm();
  } else {
    draft.arm(atMs);
  }
}
