/**
 * How long a process waits before its next start, and when it has been restarted too often.
 *
 * @module
 */
import type { LifecyclePolicy, Pace } from './policy.ts';
import type { Run } from './run.ts';

/**
 * A program with startsecs=0 that exits at once would be restarted without pause; the second and every
 * further such run in a row is restarted this long after its start, which is the reference's pace.
 */
export const SHORT_LIFE_MS = 1000;

/** The first pause where `backoff_factor` is above 1 and `restartpause` is 0, in milliseconds. */
const FIRST_PAUSE_MS = 1000;

/** Without `backoff_limit`, failures are forgotten after this long in RUNNING, in milliseconds. */
const FORGET_AFTER_MS = 60_000;

/** When the next try comes after a failed start, in monotonic milliseconds. */
export function nextTryMs(run: Run, tries: number): number {
  const { pace } = policyOf(run);
  if (pace === null) {
    return run.nowMs + tries * 1000;
  }
  const plainMs = pace.factor > 1 ? grown(pace, tries) : tries * 1000;
  return run.nowMs + limited(run, pace, plainMs);
}

/** When a process that ended by itself is started again, in monotonic milliseconds. */
export function nextStartMs(run: Run): number {
  const { pace } = policyOf(run);
  const isRepeated = livedShortly(run) && run.history.shortLives > 0;
  const plainMs = isRepeated ? run.history.startedMonotonicMs + SHORT_LIFE_MS : run.nowMs;
  if (pace === null) {
    return plainMs;
  }
  const restarts = isForgiven(run, pace) ? 0 : (run.history.restarts ?? 0);
  const pauseMs = pace.factor > 1 ? grown(pace, restarts + 1) : pace.pauseMs;
  run.remember({ restarts: restarts + 1 });
  return Math.max(plainMs, run.nowMs + limited(run, pace, pauseMs));
}

/** The run was over within `SHORT_LIFE_MS`. */
export function livedShortly(run: Run): boolean {
  return run.nowMs - run.history.startedMonotonicMs < SHORT_LIFE_MS;
}

/**
 * Counts an automatic restart; true when it is one too many.
 */
export function exceedsRestartLimit(run: Run): boolean {
  const { pace } = policyOf(run);
  if (pace === null || pace.restartLimit === 0) {
    return false;
  }
  const sinceMs = run.nowMs - pace.restartLimitIntervalMs;
  const recent = (run.history.restartedAtMs ?? []).filter((atMs) => atMs > sinceMs);
  if (recent.length >= pace.restartLimit) {
    run.remember({ restartedAtMs: [] });
    return true;
  }
  run.remember({ restartedAtMs: [...recent, run.nowMs] });
  return false;
}

/** The text of a process that was restarted too often. */
export function describeRestartLimit(run: Run): string {
  const { pace } = policyOf(run);
  return `restarted more than ${pace?.restartLimit ?? 0} times in ${(pace?.restartLimitIntervalMs ?? 0) / 1000} seconds`;
}

/** The policy of a process; a plain one has nothing of it. */
export function policyOf(run: Run): LifecyclePolicy {
  return run.config.policy ?? PLAIN;
}

const PLAIN: LifecyclePolicy = {
  pace: null,
  isOneshot: false,
  readinessTimeoutMs: null,
  dependsTimeoutMs: null,
  hooks: new Set(),
};

function isForgiven(run: Run, pace: Pace): boolean {
  const ranMs = run.nowMs - run.history.startedMonotonicMs;
  return ranMs >= (pace.limitMs > 0 ? pace.limitMs : FORGET_AFTER_MS);
}

/** The pause before the nth start, from 1. */
function grown(pace: Pace, nth: number): number {
  return (pace.pauseMs || FIRST_PAUSE_MS) * pace.factor ** (nth - 1);
}

function limited(run: Run, pace: Pace, pauseMs: number): number {
  const cappedMs = pace.limitMs > 0 ? Math.min(pauseMs, pace.limitMs) : pauseMs;
  const variedMs = cappedMs * (1 - pace.jitter * (run.context.random ?? 0));
  return Math.max(variedMs, pace.pauseMs);
}
