/**
 * The latest state changes of all processes: a line for each in a file of the runtime folder, which the next daemon
 * continues. None of them is kept in memory. Without a runtime folder the file has no name.
 *
 * @module
 */
import { constants, fstatSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../io/clock.ts';
import { openSync } from '../../io/files.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { memoryFile } from '../../native/posix.ts';
import type { HostedProcess, StateChange } from '../../process/host.ts';
import { changeLine } from './change.ts';
import { headingBytes } from './heading.ts';
import { readChanges, rewriteChanges, type StateChangeRecord } from './history-file.ts';

/** The file is rewritten without old lines when it is this long, and twice as long as after the last time. */
const LEAST_BYTES = 256 << 10;

const HEADING_BYTES = 32;

export class History {
  #fd: number | null = null;
  /** Null where the file has no name. */
  #path: string | null = null;
  #log: Pick<MainLog, 'warn'> | null = null;
  #bytes = 0;
  #rewriteAtBytes = LEAST_BYTES;
  #waiting = '';
  #isTroubled = false;
  /** The file can end with a part of a line. */
  #isCut = false;

  /** @param descriptor of a file without a name that was handed over */
  inherit(descriptor: number | null): void {
    this.#fd = descriptor;
  }

  /**
   * Sets the folder of the file, and moves the changes that are recorded already.
   *
   * @param folder null where there is none
   */
  open(folder: string | null, log: Pick<MainLog, 'warn'>): void {
    this.#log = log;
    this.#path = folder === null ? null : join(folder, 'history');
    this.#try(() => this.renew());
    this.flush();
  }

  /** The folder is about to be removed. */
  close(): void {
    this.flush();
    this.#log = null;
    this.#path = null;
  }

  get path(): string | null {
    return this.#path;
  }

  /** Null before the first change. */
  get descriptor(): number | null {
    return this.#fd;
  }

  /** Changes of one turn of the event loop and the next are written together: a restart has its exit and its start there. */
  add(process: HostedProcess, change: StateChange, at: Instant): void {
    if (this.#waiting === '') setImmediate(() => setImmediate(() => this.flush()));
    this.#waiting += changeLine(process, change, at);
  }

  /** The last changes of a process, the oldest first. */
  changesOf(groupName: string, name: string, limit: number): readonly StateChangeRecord[] {
    this.flush();
    return this.#fd === null ? [] : readChanges(this.#fd, groupName, name, limit);
  }

  /** Writes what was not written yet. */
  flush(): void {
    if (this.#log === null || this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#try(() => {
      this.#fd ??= this.#openFile();
      if (this.#bytes >= this.#rewriteAtBytes) this.renew();
      this.#bytes += writeSync(this.#fd, this.#isCut ? `\n${text}` : text);
      this.#isCut = false;
      this.#isTroubled = false;
    });
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!this.#isTroubled) {
        this.#log?.warn(`the history of processes cannot be written: ${(error as Error).message}`);
      }
      this.#isTroubled = true;
      this.#isCut = true;
    }
  }

  /** Writes the file anew, without lines that are too old. */
  renew(): void {
    if (this.#fd === null) return;
    const { fd, bytes } = rewriteChanges(this.#fd, this.#path);
    this.#fd = fd;
    this.#take(bytes, bytes);
  }

  /** @throws PosixError, ErrnoException */
  #openFile(): number {
    if (this.#path === null) return memoryFile();
    const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const fd = openSync(this.#path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    this.#isCut = true;
    const heading = Buffer.alloc(HEADING_BYTES);
    readSync(fd, heading, 0, HEADING_BYTES, 0);
    this.#take(fstatSync(fd).size, headingBytes(heading.toString('latin1')));
    return fd;
  }

  /** @param rewritten length of the file when it was written anew */
  #take(bytes: number, rewritten: number): void {
    this.#bytes = bytes;
    this.#rewriteAtBytes = Math.max(LEAST_BYTES, 2 * rewritten);
  }
}
