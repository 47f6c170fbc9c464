/**
 * How long a process waits before its next start, and when it has been restarted too often.
 *
 * @module
 */
import type { LifecyclePolicy, Pace } from './policy.ts';
import type { StepDraft } from './step-draft.ts';

/**
 * A program with startsecs=0 that exits at once would be restarted without pause; the second and every
 * further such run in a row is restarted this long after its start, which is the reference's pace.
 */
export const SHORT_RUN_MS = 1000;

/** The first pause where `backoff_factor` is above 1 and `restartpause` is 0, in milliseconds. */
const FIRST_PAUSE_MS = 1000;

/** Without `backoff_limit`, failures are forgotten after this long in RUNNING, in milliseconds. */
const FORGET_AFTER_MS = 60_000;

/** When the next try comes after a failed start, in monotonic milliseconds. */
export function nextTryMs(draft: StepDraft, tries: number): number {
  const { pace } = policyOf(draft);
  if (pace === null) {
    return draft.nowMs + tries * 1000;
  }
  const plainMs = pace.factor > 1 ? grown(pace, tries) : tries * 1000;
  return draft.nowMs + limited(draft, pace, plainMs);
}

/** When a process that ended by itself is started again, in monotonic milliseconds. */
export function nextStartMs(draft: StepDraft): number {
  const { pace } = policyOf(draft);
  const isRepeated = wasShortRun(draft) && draft.history.shortLives > 0;
  const plainMs = isRepeated ? draft.history.startedMonotonicMs + SHORT_RUN_MS : draft.nowMs;
  if (pace === null) {
    return plainMs;
  }
  const restarts = isForgiven(draft, pace) ? 0 : (draft.history.restarts ?? 0);
  const pauseMs = pace.factor > 1 ? grown(pace, restarts + 1) : pace.pauseMs;
  draft.remember({ restarts: restarts + 1 });
  return Math.max(plainMs, draft.nowMs + limited(draft, pace, pauseMs));
}

/** The run was over within `SHORT_RUN_MS`. */
export function wasShortRun(draft: StepDraft): boolean {
  return draft.nowMs - draft.history.startedMonotonicMs < SHORT_RUN_MS;
}

/**
 * Counts an automatic restart; true when it is one too many.
 */
export function exceedsRestartLimit(draft: StepDraft): boolean {
  const { pace } = policyOf(draft);
  if (pace === null || pace.restartLimit === 0) {
    return false;
  }
  const sinceMs = draft.nowMs - pace.restartLimitIntervalMs;
  const recent = (draft.history.restartedAtMs ?? []).filter((atMs) => atMs > sinceMs);
  if (recent.length >= pace.restartLimit) {
    draft.remember({ restartedAtMs: [] });
    return true;
  }
  draft.remember({ restartedAtMs: [...recent, draft.nowMs] });
  return false;
}

/** A start that no client has asked for follows the end of a process. */
export function countRestart(draft: StepDraft): void {
  draft.remember({ restartsInAll: (draft.history.restartsInAll ?? 0) + 1 });
}

/** The text of a process that was restarted too often. */
export function describeRestartLimit(draft: StepDraft): string {
  const { pace } = policyOf(draft);
  return `restarted more than ${pace?.restartLimit ?? 0} times in ${(pace?.restartLimitIntervalMs ?? 0) / 1000} seconds`;
}

/** The policy of a process; a plain one has nothing of it. */
export function policyOf(draft: StepDraft): LifecyclePolicy {
  return draft.config.policy ?? PLAIN;
}

const PLAIN: LifecyclePolicy = {
  pace: null,
  isOneshot: false,
  readinessTimeoutMs: null,
  dependsTimeoutMs: null,
  hooks: new Set(),
};

function isForgiven(draft: StepDraft, pace: Pace): boolean {
  const ranMs = draft.nowMs - draft.history.startedMonotonicMs;
  return ranMs >= (pace.limitMs > 0 ? pace.limitMs : FORGET_AFTER_MS);
}

/** The pause before the nth start, from 1. */
function grown(pace: Pace, nth: number): number {
  return (pace.pauseMs || FIRST_PAUSE_MS) * pace.factor ** (nth - 1);
}

function limited(draft: StepDraft, pace: Pace, pauseMs: number): number {
  const cappedMs = pace.limitMs > 0 ? Math.min(pauseMs, pace.limitMs) : pauseMs;
  const variedMs = cappedMs * (1 - pace.jitter * (draft.context.random ?? 0));
  return Math.max(variedMs, pace.pauseMs);
}
