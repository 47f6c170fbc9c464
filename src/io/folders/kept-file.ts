/**
 * Files of the daemon that other programs find by their names, and that cleaners of temporary folders remove.
 *
 * @module
 */

/** What a look at a file has found. */
export type Finding =
  /** Something has removed or replaced it, and it is there again. */
  | { readonly kind: 'made again'; readonly was: 'removed' | 'replaced' }
  /** It is not there, or another file is. The reason follows its name: `is left alone: ...`. */
  | {
      readonly kind: 'lost';
      readonly reason: string;
      /** False where the state may change without a report: another look is needed later. */
      readonly isFinal: boolean;
    };

export interface KeptFile {
  /** Absolute. */
  readonly path: string;
  /** The folder whose changes concern it; that of its path if left out. */
  readonly watched?: string;
  /** True where its name is enough of a look after changes that were not reported one by one: there are many of them. */
  readonly isOneOfMany?: boolean;
  /** As log lines name it: `socket /tmp/supervisor.sock`. */
  readonly label: string;
  /**
   * Looks whether it is there, and makes it again where it is not; null where all is well.
   *
   * @param isSuspect a change of this very name was reported
   * @throws Error with the reason where it cannot be made
   */
  look(isSuspect: boolean): Finding | null;
  /** Sets its times to now, so that cleaners that go by age leave it. @throws PosixError */
  renew(): void;
}

export const REMOVED: Finding = { kind: 'made again', was: 'removed' };
export const REPLACED: Finding = { kind: 'made again', was: 'replaced' };

/** It cannot be made now, for a reason that may pass. */
export function lost(reason: string): Finding {
  return { kind: 'lost', reason, isFinal: false };
}

/** Nothing can be done. */
export function lostForGood(reason: string): Finding {
  return { kind: 'lost', reason, isFinal: true };
}
