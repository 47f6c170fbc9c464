/**
 * The named channels of one child.
 *
 * @module
 */
import { addon } from './addon.ts';
import { checked } from './posix-error.ts';

export interface FifoRequest {
  /** The paths are this and `.stdin`, `.stdout`, `.stderr`. */
  readonly base: string;
  /** stdout always is. */
  readonly hasStdin: boolean;
  readonly hasStderr: boolean;
  /** Null is the user of this process. */
  readonly owner: FifoOwner | null;
}

export interface FifoOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Descriptors for reading that do not block. */
export interface FifoEnds {
  readonly stdout: number;
  readonly stderr: number | null;
}

const ends = new Int32Array(2);

/**
 * Makes FIFOs with mode 0600 in place of what has their names, and opens those of stdout and stderr for reading.
 *
 * @throws PosixError; then none of them exists
 */
export function openFifos({ base, hasStdin, hasStderr, owner }: FifoRequest): FifoEnds {
  const owning = owner && Uint32Array.of(owner.uid, owner.gid);
  checked('mkfifo', addon.openFifos(base, hasStdin, hasStderr, owning, ends), base);
  const [stdout = -1, stderr = -1] = ends;
  return { stdout, stderr: hasStderr ? stderr : null };
}

/** Removes the names of the FIFOs with this base; processes that have them open keep them. */
export function removeFifos(base: string): void {
  addon.removeFifos(base);
}
