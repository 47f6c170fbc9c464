/**
 * The log of one output channel of a process: bytes as they came. A log that cannot be written is
 * reported, never thrown, and never stops the program.
 *
 * @module
 */
import { describeError, LogWriteError } from './log-errors.ts';
import { RotatingFile } from './rotating-file.ts';

/** Shortest time between two tries to write to a log that cannot be written, in milliseconds. */
const RETRY_MS = 250;
/** How long a log must be writable again before that is reported, in milliseconds. */
const SETTLE_MS = 1000;

export interface ChannelLog {
  readonly path: string;
  write(bytes: Buffer): void;
  /** Removes the log and starts it anew. @throws Error when it cannot be removed, as everything that is not a regular file */
  clear(): void;
  /** Opens the log again by its name (log rotation by others, SIGUSR2). */
  reopen(): void;
  /** Ends the log; nothing may be called after it. */
  close(): void;
  /** A regular file open for append that others may write to directly, or null: then `write` is the only way. Read it anew before each use. */
  readonly descriptor: number | null;
  /** How many bytes may be written before the log rotates; infinite where it never does. */
  readonly room: number;
  /** Bytes that were written to the descriptor: rotates when due. */
  account(bytes: number): void;
}

/** Receives reports of a log that cannot be written: one `failed` and one `recovered` for each period of trouble. */
export interface LogTrouble {
  failed(message: string): void;
  recovered(message: string): void;
}

export interface ChannelLogOptions {
  readonly path: string;
  /** Size at which the log rotates, in bytes; 0 is never. */
  readonly maxBytes: number;
  readonly backups: number;
  /** See `RotatingFile`; false if left out. */
  readonly isPrivate?: boolean;
}

/** Opens a log; one that cannot be opened now is opened as soon as it can, and until then its bytes are dropped. */
export function openChannelLog(options: ChannelLogOptions, trouble: LogTrouble): ChannelLog {
  const file = new RotatingFile(options.path, options.maxBytes, options.backups, options.isPrivate);
  const log = new GuardedLog(file, trouble);
  log.open();
  return log;
}

/** A rotating file that counts what is lost and reports it instead of throwing. */
export class GuardedLog implements ChannelLog {
  readonly #file: RotatingFile;
  readonly #trouble: LogTrouble;
  #isTroubled = false;
  #isBlocked = false;
  #droppedBytes = 0;
  #retryAt = 0;
  #settleTimer: NodeJS.Timeout | null = null;

  constructor(file: RotatingFile, trouble: LogTrouble) {
    this.#file = file;
    this.#trouble = trouble;
  }

  get path(): string {
    return this.#file.path;
  }

  get descriptor(): number | null {
    return this.#isBlocked ? null : this.#file.descriptor;
  }

  get room(): number {
    return this.#file.room;
  }

  open(): void {
    try {
      this.#file.open();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  write(bytes: Buffer): void {
    if (this.#isBlocked && performance.now() < this.#retryAt) {
      this.#droppedBytes += bytes.length;
      return;
    }
    try {
      this.#file.write(bytes);
      if (this.#isTroubled) this.#onSuccess();
    } catch (error) {
      this.#onFailure(error, bytes.length);
    }
  }

  clear(): void {
    this.#file.remove();
    this.reopen();
  }

  /** Removes the file without opening a new one. @throws Error when it cannot be removed */
  remove(): void {
    this.#file.remove();
  }

  reopen(): void {
    this.#retryAt = 0;
    try {
      this.#file.reopen();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  close(patienceMs = 0): void {
    this.#cancelSettling();
    this.#file.close(patienceMs);
  }

  account(bytes: number): void {
    try {
      this.#file.account(bytes);
      if (this.#isTroubled) this.#onSuccess();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  #onFailure(error: unknown, bytes: number): void {
    this.#cancelSettling();
    const isWriteError = error instanceof LogWriteError;
    this.#droppedBytes += isWriteError ? error.lostBytes : bytes;
    this.#isBlocked = !isWriteError || error.lostBytes > 0;
    if (this.#isBlocked) this.#retryAt = performance.now() + RETRY_MS;
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    const text = isWriteError ? error.message : `log ${this.path} cannot be opened: ${describeError(error)}`;
    this.#trouble.failed(this.#isBlocked ? `${text}; what is written to it is dropped until it can` : text);
  }

  #onSuccess(): void {
    this.#isBlocked = false;
    if (this.#file.isOverdue) return;
    this.#settleTimer ??= setTimeout(() => this.#recover(), SETTLE_MS).unref();
  }

  #recover(): void {
    const dropped = this.#droppedBytes;
    this.#cancelSettling();
    this.#isTroubled = false;
    this.#droppedBytes = 0;
    this.#trouble.recovered(`log ${this.path} is written again; ${dropped} bytes were dropped`);
  }

  #cancelSettling(): void {
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#settleTimer = null;
  }
}
