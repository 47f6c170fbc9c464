/**
 * Files of the daemon that other programs find by their names, and that cleaners of temporary folders remove.
 *
 * @module
 */

/** The result of a look at a file. */
export type Finding =
  /** It was removed or replaced, and was made again. */
  | { readonly kind: 'made again'; readonly was: 'removed' | 'replaced' }
  /** It is missing, or another file has its name. The reason is logged behind its name: `is left alone: ...`. */
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
  /**
   * Whether it is enough to check that the name exists, after changes that were not reported one by one; for files
   * of which there are many.
   */
  readonly isOneOfMany?: boolean;
  /** As log lines name it: `socket /tmp/supervisor.sock`. */
  readonly label: string;
  /**
   * Makes the file again if it is missing; null if it exists.
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

/** The file cannot be made now, for a reason that may be temporary. */
export function lost(reason: string): Finding {
  return { kind: 'lost', reason, isFinal: false };
}

/** The file cannot be made again, and further looks would not help. */
export function permanentLoss(reason: string): Finding {
  return { kind: 'lost', reason, isFinal: true };
}
