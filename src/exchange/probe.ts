/**
 * Health checks of other formats as the check keys of a program.
 *
 * @module
 */
import { parseProbe } from '../config/tables/check-values.ts';
import { ConfigError } from '../config/types.ts';
import type { ProgramDraft } from './program.ts';

export type CheckKind = 'readiness' | 'liveness';

/** What a check has beside its target; times as they are written. */
export interface ProbeTimes {
  readonly period?: unknown;
  readonly timeout?: unknown;
  readonly delay?: unknown;
  readonly failures?: unknown;
  readonly successes?: unknown;
}

/**
 * Sets the keys of a check, or notes why its target cannot be one. A readiness check has no thresholds and no delay: it
 * passes once.
 */
export function setCheck(draft: ProgramDraft, kind: CheckKind, target: string, times: ProbeTimes): void {
  try {
    parseProbe(target);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    draft.note(`the ${kind} check ${target}: ${error.message}`);
    return;
  }
  draft.set(`${kind}_check_script`, target);
  setTime(draft, `${kind}_check_period`, times.period);
  setTime(draft, `${kind}_check_timeout`, times.timeout);
  if (kind === 'liveness') {
    setTime(draft, 'liveness_check_initial_delay', times.delay);
    setNumber(draft, 'liveness_check_failure_threshold', times.failures);
    setNumber(draft, 'liveness_check_success_threshold', times.successes);
  }
}

function setTime(draft: ProgramDraft, key: string, value: unknown): void {
  if (value !== undefined) {
    draft.setTime(key, String(value), { otherwise: `${String(value)} is not a time for ${key}` });
  }
}

function setNumber(draft: ProgramDraft, key: string, value: unknown): void {
  if (value !== undefined) {
    draft.set(key, Number(value));
  }
}
