/**
 * Time limits that passed while the daemon did not run.
 *
 * @module
 */
import type { StepDraft } from './step-draft.ts';

/** A timer that fires this late shows that the daemon was stopped or killed meanwhile, or that the machine slept. */
const HELD_UP_MS = 1000;

/**
 * A later deadline where the daemon did not run when the deadline passed: what happened meanwhile it has not seen yet. Null
 * where it did run.
 *
 * @param timeoutMs the whole time limit: no more than that is added
 */
export function deadlineOfHeldUp(
  draft: StepDraft,
  deadlineMs: number,
  timeoutMs: number | null,
): number | null {
  const lateMs = draft.nowMs - deadlineMs;
  return lateMs > HELD_UP_MS ? draft.nowMs + Math.min(lateMs, timeoutMs ?? 0) : null;
}
