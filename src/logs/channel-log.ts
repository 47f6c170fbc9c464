/**
 * The log of one output channel of a process: bytes as they came. A log that cannot be written is
 * reported, never thrown, and never stops the program.
 *
 * @module
 */
import type { Compression } from '../config/tables/log-file-values.ts';
import type { Owner } from '../config/tables/values.ts';
import type { FileAttributes } from './file-attributes.ts';
import { describeError, LogWriteError } from './log-errors.ts';
import { RotatingFile } from './rotation/rotating-file.ts';
import type { Upkeep } from './rotation/upkeep.ts';
import { upkeepOf } from './rotation/upkeep-of.ts';

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
  /** The log is written, but its owner, its permissions or its backups could not be set. */
  warned?(message: string): void;
}

/** How a log file is kept. */
export interface LogFileOptions {
  readonly path: string;
  /** Size at which the log rotates, in bytes; 0 is never. */
  readonly maxBytes: number;
  /** How many old files `.1`, `.2` … are kept; with 0 the file is emptied. */
  readonly backups: number;
  /** A word or a cron pattern; never if left out. */
  readonly rotate?: string;
  /** Of the backups from `.2` on; none if left out. */
  readonly compress?: Compression;
  /** Age at which backups are removed, in seconds; 0, or left out, is never. */
  readonly maxAge?: number;
  /** Permission bits; those that the umask leaves if null or left out. */
  readonly mode?: number | null;
  /** The user of the daemon if null or left out. */
  readonly owner?: Owner | null;
}

export interface ChannelLogOptions extends LogFileOptions {
  /** See `RotatingFile`; false if left out. */
  readonly isPrivate?: boolean;
}

/** Opens a log; one that cannot be opened now is opened as soon as it can, and until then its bytes are dropped. */
export function openChannelLog(options: ChannelLogOptions, trouble: LogTrouble): ChannelLog {
  const log = new GuardedLog(options, trouble);
  log.open();
  return log;
}

/** Null where the file keeps what it has. */
export function attributesOf({
  mode = null,
  owner = null,
}: Pick<LogFileOptions, 'mode' | 'owner'>): FileAttributes | null {
  return mode === null && owner === null ? null : { mode, owner };
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
  /** Null where the log needs nothing but its size. */
  readonly #upkeep: Upkeep | null;
  #attributesTrouble: string | null = null;

  /** Opens nothing yet. */
  constructor(options: ChannelLogOptions, trouble: LogTrouble) {
    const { path, maxBytes, isPrivate = false, compress: compression = 'none' } = options;
    const backups = { count: options.backups, compression };
    this.#file = new RotatingFile({ path, maxBytes, backups, isPrivate, attributes: attributesOf(options) });
    this.#trouble = trouble;
    this.#upkeep = upkeepOf({
      file: this.#file,
      backups,
      rotation: options.rotate ?? 'never',
      maxAgeSeconds: options.maxAge ?? 0,
      onError: (error) => this.#onFailure(error, 0),
      warn: (message) => trouble.warned?.(message),
    });
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

  /** Opens the file now. A failure is reported. */
  open(): void {
    try {
      this.openOrThrow();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  /** @throws Error of the system call */
  openOrThrow(): void {
    this.#file.open();
    this.#opened();
  }

  write(bytes: Buffer): void {
    if (this.#isBlocked && performance.now() < this.#retryAt) {
      this.#droppedBytes += bytes.length;
      return;
    }
    try {
      this.#file.write(bytes);
      this.#written();
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
      this.#opened();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  close(patienceMs = 0): void {
    this.#cancelSettling();
    this.#upkeep?.close();
    this.#file.close(patienceMs);
  }

  account(bytes: number): void {
    try {
      this.#file.account(bytes);
      this.#written();
    } catch (error) {
      this.#onFailure(error, 0);
    }
  }

  #opened(): void {
    this.#upkeep?.opened();
    this.#reportAttributes();
  }

  #written(): void {
    if (this.#isTroubled) this.#onSuccess();
    this.#upkeep?.written();
    // A rotation and a late opening may have made another file of it.
    if (this.#file.attributesTrouble !== this.#attributesTrouble) this.#reportAttributes();
  }

  #reportAttributes(): void {
    this.#attributesTrouble = this.#file.attributesTrouble;
    if (this.#attributesTrouble !== null)
      this.#trouble.warned?.(`log ${this.path} ${this.#attributesTrouble}`);
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
