/**
 * One open log file, which all logs of the daemon with the same path share, so that a rotation by one does not leave
 * the others with the old file. Its reader may be slow: writing never blocks.
 *
 * @module
 */
import { fstatSync, type Stats, writeSync } from 'node:fs';
import { statSync, unlinkSync } from '../io/files.ts';
import { inGuardedFolder } from '../io/guarded-path.ts';
import { whenWritable } from '../io/writable-wait.ts';
import { setNonblocking } from '../native/posix.ts';
import { Backlog } from './backlog.ts';
import {
  closeQuietly,
  type LogDestination,
  type OpenedDestination,
  openDestination,
} from './log-destination.ts';
import { describeError, errorCode, LogWriteError } from './log-errors.ts';
import type { Backups } from './rotation/backup-names.ts';
import { rotate } from './rotation/rotate.ts';

/** Time between two tries of `drain`, in milliseconds. */
const DRAIN_STEP_MS = 5;
/** Time between two tries to rotate a log that could not be rotated, in milliseconds. */
const ROTATE_RETRY_MS = 500;

export class LogOutput {
  /** How many logs write here. */
  users = 0;
  /** How often the file has been rotated since it was opened first. */
  rotations = 0;
  /** The scheduled time of its last rotation, in milliseconds since the epoch; null after a rotation by size. */
  rotatedForMs: number | null = null;
  readonly #target: LogDestination;
  readonly #onClosed: () => void;
  readonly #backlog = new Backlog();
  #descriptor: number | null = null;
  #isOwned = false;
  #isRotatable = false;
  #size = 0;
  #rotateNotBefore = 0;
  #mayBlock = false;
  #stopWaiting: (() => void) | null = null;
  #lateFailure: LogWriteError | null = null;
  #attributesTrouble: string | null = null;

  /** @param onClosed called after the last use, when all is written */
  constructor(target: LogDestination, onClosed: () => void) {
    this.#target = target;
    this.#onClosed = onClosed;
  }

  /** Size of a regular file in bytes, as far as this daemon wrote it; 0 for everything else. */
  get size(): number {
    return this.#size;
  }

  /** Something that was written waits for a slow reader. */
  get isBehind(): boolean {
    return this.#backlog.bytes > 0;
  }

  /** Descriptor of a regular file that is open by its name, else null. */
  get fileDescriptor(): number | null {
    return this.#isRotatable ? this.#descriptor : null;
  }

  /** Why the open file has not the owner or the permissions that it should have; null where it has. */
  get attributesTrouble(): string | null {
    return this.#attributesTrouble;
  }

  /** When the open file was written last, in milliseconds since the epoch; null for what is not a regular file. */
  get lastWriteMs(): number | null {
    return this.fileDescriptor === null ? null : fstatSync(this.fileDescriptor).mtimeMs;
  }

  /** Opens it if it is not open. @throws Error of the system call */
  open(): void {
    if (this.#descriptor !== null) return;
    this.#take(openDestination(this.#target));
  }

  /** Closes the open file and opens the one that has the name now. @throws Error of the system call; a later write tries again */
  reopen(): void {
    if (this.#target.kind === 'inherited' && this.#descriptor !== null) return;
    this.#flush();
    this.#letGo();
    this.open();
  }

  /** Whether the open file is this one. */
  isAt(found: Stats | undefined): boolean {
    if (this.#descriptor === null || found === undefined) return false;
    const { dev, ino } = fstatSync(this.#descriptor);
    return found.dev === dev && found.ino === ino;
  }

  /** Opens what has the name now, or a new file, and closes the open one. @throws Error of the system call; nothing changes then */
  moveToName(): void {
    if (this.#target.kind === 'inherited') return;
    const opened = openDestination(this.#target);
    this.#flush();
    this.#letGo();
    this.#take(opened);
  }

  /**
   * Removes the file; it stays open until `reopen`. A missing file is not an error.
   *
   * @throws Error for what is not a regular file, and of the system call
   */
  remove(): void {
    const target = this.#target;
    if (target.kind === 'inherited') throw new Error(`${target.path} is not a file that can be removed`);
    try {
      inGuardedFolder(target.path, (path) => {
        if (!statSync(path).isFile()) throw new Error(`${target.path} is not a regular file`);
        unlinkSync(path);
      });
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Writes all of it, or keeps what does not fit now. @throws LogWriteError */
  write(bytes: Buffer): void {
    if (this.#lateFailure !== null) this.#throwLateFailure(bytes.length);
    let written = 0;
    try {
      this.open();
      if (this.#descriptor === null) return;
      if (this.#backlog.bytes > 0) {
        this.#queue(bytes, 0);
        return;
      }
      while (written < bytes.length) {
        const count = this.#writeOnce(this.#descriptor, bytes, written);
        written += count;
        this.#size += count;
      }
    } catch (error) {
      if (error instanceof LogWriteError) throw error;
      if (errorCode(error) === 'EAGAIN') this.#queue(bytes, written);
      else throw new LogWriteError(this.#cannotBeWritten(error), bytes.length - written, error);
    }
  }

  /** Counts bytes that were written to the descriptor by others. */
  account(bytes: number): void {
    this.#size += bytes;
  }

  /** True if the file has reached a size at which it rotates. */
  isDue(maxBytes: number): boolean {
    return maxBytes > 0 && this.#size >= maxBytes && this.#isRotatable && this.#descriptor !== null;
  }

  /**
   * Renames the file to `.1`, `.1` to `.2` and so on, and starts an empty one; without backups it is emptied.
   * A file that others have made smaller meanwhile (copytruncate) is left alone.
   *
   * @param least size below which the file is left alone, in bytes
   * @throws LogWriteError with nothing lost: the file goes on growing until a later try succeeds
   */
  rotate(least: number, backups: Backups): void {
    const now = performance.now();
    const before = this.#descriptor;
    if (before === null || this.#target.kind === 'inherited' || now < this.#rotateNotBefore) return;
    try {
      this.#size = fstatSync(before).size;
      if (this.#size < least) return;
      this.#take(rotate(this.#target, backups));
      this.rotations += 1;
      closeQuietly(before);
    } catch (error) {
      this.#rotateNotBefore = now + ROTATE_RETRY_MS;
      throw new LogWriteError(
        `log ${this.#target.path} cannot be rotated: ${describeError(error)}`,
        0,
        error,
      );
    }
  }

  /** Ends one use; after the last one what a slow reader has not taken yet is still written; nothing waits for it. */
  release(): void {
    this.users -= 1;
    this.#closeIfDone();
  }

  /** Waits for a slow reader to take what is left, for a daemon that ends. @param patienceMs how long at most */
  drain(patienceMs: number): void {
    const deadline = performance.now() + patienceMs;
    while (this.#backlog.bytes > 0 && performance.now() < deadline) {
      this.#flush();
      if (this.#backlog.bytes > 0)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DRAIN_STEP_MS);
    }
  }

  #take(opened: OpenedDestination): void {
    this.#descriptor = opened.descriptor;
    this.#isOwned = opened.isOwned;
    this.#isRotatable = opened.isRotatable;
    this.#mayBlock = opened.mayBlock;
    this.#size = opened.size;
    this.#attributesTrouble = opened.attributesTrouble ?? null;
  }

  #queue(bytes: Buffer, written: number): void {
    if (written > 0) this.#backlog.keep(bytes.subarray(written));
    else if (!this.#backlog.offer(bytes)) {
      throw new LogWriteError(
        `log ${this.#target.path} cannot be written: its reader does not read`,
        bytes.length,
        null,
      );
    }
    if (this.#descriptor !== null) this.#stopWaiting ??= whenWritable(this.#descriptor, () => this.#flush());
  }

  #flush(): void {
    try {
      for (let head = this.#backlog.head; head !== undefined; head = this.#backlog.head) {
        if (this.#descriptor === null) return;
        this.#backlog.consume(this.#writeOnce(this.#descriptor, head, 0));
      }
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return;
      this.#lateFailure = new LogWriteError(this.#cannotBeWritten(error), this.#backlog.clear(), error);
    }
    this.#endWaiting();
    this.#closeIfDone();
  }

  #writeOnce(descriptor: number, bytes: Buffer, offset: number): number {
    if (!this.#mayBlock) return writeSync(descriptor, bytes, offset);
    setNonblocking(descriptor, true);
    try {
      return writeSync(descriptor, bytes, offset);
    } finally {
      setNonblocking(descriptor, false);
    }
  }

  #endWaiting(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
  }

  #closeIfDone(): void {
    if (this.users > 0 || this.#backlog.bytes > 0) return;
    this.#letGo();
    this.#onClosed();
  }

  #letGo(): void {
    this.#endWaiting();
    const lost = this.#backlog.clear();
    if (lost > 0) {
      const message = `log ${this.#target.path} was closed before its reader had taken everything`;
      this.#lateFailure = new LogWriteError(message, lost, null);
    }
    if (this.#descriptor !== null && this.#isOwned) closeQuietly(this.#descriptor);
    this.#descriptor = null;
    this.#size = 0;
  }

  #throwLateFailure(bytes: number): void {
    const failure = this.#lateFailure;
    this.#lateFailure = null;
    if (failure !== null) throw new LogWriteError(failure.message, failure.lostBytes + bytes, failure.cause);
  }

  #cannotBeWritten(error: unknown): string {
    return `log ${this.#target.path} cannot be written: ${describeError(error)}`;
  }
}
