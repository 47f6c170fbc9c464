/**
 * A log file with its limits. Several of them may stand for the same file, each with its own limits.
 *
 * @module
 */
import type { FileAttributes } from '../file-attributes.ts';
import type { LogOutput } from '../log-output.ts';
import { acquireOutput } from '../shared-outputs.ts';
import type { Backups } from './backup-names.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** Size at which the file rotates, in bytes; 0 is never. */
  readonly maxBytes: number;
  readonly backups: Backups;
  /** It is the daemon's own, as an AUTO log: only its user can read it, now and after a rotation; false if left out. */
  readonly isPrivate?: boolean;
  /** Owner and permissions of the file, now and after a rotation. */
  readonly attributes?: FileAttributes | null;
}

export class RotatingFile {
  readonly path: string;
  readonly #maxBytes: number;
  readonly #backups: Backups;
  readonly #output: LogOutput;

  /** Opens nothing yet: `open` and the first write do. */
  constructor({ path, maxBytes, backups, isPrivate = false, attributes = null }: RotatingFileOptions) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#backups = backups;
    this.#output = acquireOutput(path, isPrivate, attributes);
  }

  /** How often the file has been rotated, by this log or another one. */
  get rotations(): number {
    return this.#output.rotations;
  }

  /** Why the file has not its owner or permissions; null where it has. */
  get attributesTrouble(): string | null {
    return this.#output.attributesTrouble;
  }

  /** When the file was written last, in milliseconds since the epoch; null where it is not open or not a regular file. */
  get lastWriteMs(): number | null {
    return this.#output.lastWriteMs;
  }

  /** Size of the file in bytes; 0 for what is not a regular file. */
  get size(): number {
    return this.#output.size;
  }

  /** How many bytes may be written before it rotates; infinite where it never does. */
  get room(): number {
    return this.#maxBytes === 0 ? Number.POSITIVE_INFINITY : Math.max(0, this.#maxBytes - this.#output.size);
  }

  /** Descriptor of a regular file, open for append, else null. */
  get descriptor(): number | null {
    return this.#output.fileDescriptor;
  }

  /** True while the file has reached its size and could not be rotated. */
  get isOverdue(): boolean {
    return this.#output.isDue(this.#maxBytes);
  }

  /** @throws Error of the system call */
  open(): void {
    this.#output.open();
  }

  /** Writes, and rotates when the file has reached its size with it. @throws LogWriteError */
  write(data: Buffer | string): void {
    this.#output.write(typeof data === 'string' ? Buffer.from(data) : data);
    this.#rotateIfDue();
  }

  /** Counts bytes that were written to the descriptor directly, and rotates as `write` does. @throws LogWriteError */
  account(bytes: number): void {
    this.#output.account(bytes);
    this.#rotateIfDue();
  }

  /**
   * Rotates the file now, unless it is empty, or another log that shares it has rotated it for the same moment.
   *
   * @param dueMs the moment, in milliseconds since the epoch; null for one that is not known
   * @throws LogWriteError
   */
  rotateFor(dueMs: number | null): void {
    if (dueMs !== null && this.#output.rotatedForMs === dueMs) return;
    this.#output.rotate(1, this.#backups);
    this.#output.rotatedForMs = dueMs;
  }

  /** Opens the file again by its name. @throws Error of the system call; a later write tries again */
  reopen(): void {
    this.#output.reopen();
  }

  /** Removes the file; writing goes on into the removed one until `reopen`. @throws Error when it cannot be removed */
  remove(): void {
    this.#output.remove();
  }

  /**
   * No other method may be called after this one.
   *
   * @param patienceMs how long to wait for a slow reader of a pipe at most; a daemon that goes on need not wait
   */
  close(patienceMs = 0): void {
    this.#output.drain(patienceMs);
    this.#output.release();
  }

  #rotateIfDue(): void {
    if (this.#output.isDue(this.#maxBytes)) this.#output.rotate(this.#maxBytes, this.#backups);
  }
}
