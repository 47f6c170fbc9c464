/**
 * Logs removed files: one line for each problem of a file, and fewer when many files disappear at once or one of
 * them again and again.
 *
 * @module
 */
import type { Finding, KeptFile } from '../../io/folders/kept-file.ts';
import type { MainLog } from '../../logs/main-log.ts';

/** More lines than that at a time become one. */
const MOST_LINES = 10;
/** A file that is made again more often than that within `PERIOD_MS` has one line for each period. */
const MOST_IN_PERIOD = 5;
const PERIOD_MS = 60_000;

interface Remade {
  beganAtMs: number;
  times: number;
}

export class Report {
  readonly #log: MainLog;
  /** What was logged of the files that are lost, by label. */
  readonly #lost = new Map<string, string>();
  readonly #remade = new Map<string, Remade>();
  #lines: string[] = [];
  #mayChange = false;

  constructor(log: MainLog) {
    this.#log = log;
  }

  add({ label }: KeptFile, finding: Finding | null): void {
    if (finding === null || finding.kind === 'made again') {
      this.#lost.delete(label);
      if (finding !== null) this.#addRemade(label, finding.was);
      return;
    }
    const { reason, isFinal } = finding;
    if (!isFinal) this.#mayChange = true;
    if (this.#lost.get(label) !== reason) {
      this.#lost.set(label, reason);
      this.#lines.push(`${label} ${reason}`);
    }
  }

  /** Logs what was added since the last call. Returns whether a file is lost that may be restored later. */
  write(): boolean {
    const lines = this.#lines;
    const mayChange = this.#mayChange;
    this.#lines = [];
    this.#mayChange = false;
    for (const line of lines.slice(0, MOST_LINES)) this.#log.warn(line);
    if (lines.length > MOST_LINES) {
      this.#log.warn(
        `${lines.length - MOST_LINES} more files were found removed or replaced at the same time`,
      );
    }
    return mayChange;
  }

  /** Forgets the problems of all other files. */
  keepOnly(labels: ReadonlySet<string>): void {
    for (const known of [this.#lost, this.#remade]) {
      for (const label of known.keys()) {
        if (!labels.has(label)) known.delete(label);
      }
    }
  }

  #addRemade(label: string, was: string): void {
    const nowMs = performance.now();
    const before = this.#remade.get(label);
    if (before === undefined || nowMs - before.beganAtMs > PERIOD_MS) {
      const times = before === undefined ? 0 : before.times - MOST_IN_PERIOD;
      const often = times > 0 ? ` (and ${times} times before that)` : '';
      this.#remade.set(label, { beganAtMs: nowMs, times: 1 });
      this.#lines.push(`${label} was ${was}, and is made again${often}`);
      return;
    }
    before.times += 1;
    if (before.times <= MOST_IN_PERIOD) this.#lines.push(`${label} was ${was}, and is made again`);
    if (before.times === MOST_IN_PERIOD) this.#lines.push(`${label} is removed again and again`);
  }
}
