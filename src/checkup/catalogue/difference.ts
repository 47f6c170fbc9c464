/**
 * What an entry of the catalogue of differences from supervisord is.
 *
 * @module
 */

/**
 * Why a difference exists. `better`: supervisord loses data or stops working there. `error`: supervisord ends with a
 * traceback. `standard`: a standard asks for it. `stricter`: supervisord accepts what it should refuse. `newer`: the
 * release 4.3.0 does it, the 4.2 of many distributions does not. `addition`: something that supervisord does not have.
 */
export const DIFFERENCE_KINDS = {
  better: 'supervisord loses data or stops working there',
  error: 'supervisord ends with a traceback there',
  standard: 'a standard asks for it',
  stricter: 'supervisord accepts what it should refuse',
  newer: 'supervisord 4.3.0 does it, 4.2 does not',
  addition: 'supervisord does not have it',
} as const;

export type DifferenceKind = keyof typeof DIFFERENCE_KINDS;

/** One behaviour that is not that of supervisord, on purpose. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** What supervisord does, as one sentence. */
  readonly supervisord: string;
  /** What visord does, as one sentence. */
  readonly visord: string;
  /** The reason, for a user of both; one sentence. */
  readonly why: string;
  /** The first version of visord with the difference. */
  readonly since: string;
}

/** Entries by id: lower case, with dashes. An id is never given to another difference. */
export type Differences = Readonly<Record<string, Difference>>;
