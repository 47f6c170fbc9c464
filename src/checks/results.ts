/**
 * The last results of the checks of processes, for people.
 *
 * @module
 */
import { now } from '../io/clock.ts';

export interface CheckResult {
  readonly check: 'readiness' | 'liveness';
  /** Wall time. */
  readonly wallMs: number;
  /** How long the probe took; null where something else than a probe was waited for. */
  readonly tookMs: number | null;
  /** Null for a check that passed, else the reason in a few words. */
  readonly failure: string | null;
}

/** How many are kept of each process. */
const KEPT = 20;

/** The results of a process are dropped with it. */
export class CheckResults<Process extends object> {
  readonly #results = new WeakMap<Process, CheckResult[]>();

  add(process: Process, result: Omit<CheckResult, 'wallMs'>): void {
    const results = this.#results.get(process) ?? [];
    if (results.length === 0) this.#results.set(process, results);
    else if (results.length >= KEPT) results.shift();
    results.push({ ...result, wallMs: now().wallMs });
  }

  /** The oldest first. */
  of(process: Process): readonly CheckResult[] {
    return this.#results.get(process) ?? [];
  }
}
