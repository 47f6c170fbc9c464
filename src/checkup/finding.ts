/**
 * What `visord check` reports, and what a kind of finding is: a row of the table of kinds.
 *
 * @module
 */
import type { Subject } from './subject.ts';

/**
 * `error`: the daemon refuses the file, or a program of it can never run. `warning`: probably not what is wanted.
 * `note`: a difference from supervisord, or something that visord has a key for.
 */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** One thing that a kind has found. */
export interface Found {
  /** Null for the file as a whole. */
  readonly section: string | null;
  /** Null for the section as a whole. */
  readonly key: string | null;
  /** Where that is not the place of the section and key. */
  readonly file?: string;
  /** One or more sentences without a line end. */
  readonly message: string;
  /** Lines of a configuration to write in place of what was found. */
  readonly advice?: readonly string[];
}

export interface FindingKind {
  /** Lower case, with dashes; never given to another kind. */
  readonly id: string;
  readonly severity: Severity;
  /** What it looks for, as one sentence for the reference page. */
  readonly looksFor: string;
  /** A page of docs/, with an anchor where it has one. */
  readonly docs: string;
  /** Keys that its advice names, as `program.exit_on`; where the tables lack one, the kind is left out. */
  readonly advises?: readonly string[];
  readonly find: (subject: Subject) => Iterable<Found> | Promise<Iterable<Found>>;
}

/** A finding in its place. */
export interface Finding {
  readonly severity: Severity;
  /** Id of the kind. */
  readonly kind: string;
  readonly file: string;
  /** Null where the key is in no line, as a missing one. */
  readonly line: number | null;
  readonly section: string | null;
  readonly key: string | null;
  readonly message: string;
  readonly advice: readonly string[];
  readonly docs: string;
}
