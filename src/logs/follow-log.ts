/**
 * Follows a log as it grows, through rotation, truncation and removal (`tail -f`, `maintail -f`, `fg`).
 *
 * @module
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { existsSync, lstatSync } from '../io/files.ts';
import { PathWatch } from '../io/path-watch.ts';
import { findSuccessor, type OpenLog, openForReading } from './log-succession.ts';

const CHUNK_BYTES = 64 * 1024;
/** One follower reads at most this much before others have their turn. */
const TURN_BYTES = 1024 * 1024;

export interface FollowOptions {
  /** How many of the last bytes to begin with. */
  readonly head: number;
  /** A log that is open already, which the follower closes, and where to begin in it; null opens the path. */
  readonly opened?: { readonly log: OpenLog; readonly position: number } | null;
  /** Takes the next bytes, at most 64 KiB; they are the callee's to keep. */
  onBytes(bytes: Buffer): void;
  /** The file is smaller than what was read of it; it is read from its start. */
  onTruncated(): void;
  /** Called instead of going on where another file follows this one, which was read to its end. */
  onSuccessor?(): void;
  /** The log cannot be read; nothing follows. */
  onError(error: Error): void;
}

export interface LogFollower {
  stop(): void;
  /** Stops reading until `resume`; nothing is lost meanwhile that is still in a file. */
  pause(): void;
  resume(): void;
}

/**
 * Begins to follow; no callback is called before this returns. A log that does not exist is waited for.
 * Several rotations at once are read one backup after the other.
 */
export function followLog(path: string, options: FollowOptions): LogFollower {
  return new Follower(path, options);
}

class Follower implements LogFollower {
  readonly #path: string;
  readonly #options: FollowOptions;
  readonly #watch: PathWatch;
  #log: OpenLog | null;
  #position: number;
  #turn: NodeJS.Immediate | null = null;
  #isPaused = false;
  #isStopped = false;
  #isWatched = false;
  #awaitedInode = 0;
  #isLink = false;

  constructor(path: string, options: FollowOptions) {
    this.#path = path;
    this.#options = options;
    this.#log = options.opened?.log ?? null;
    this.#position = options.opened?.position ?? 0;
    this.#watch = new PathWatch(path, () => this.#schedule());
    this.#turn = setImmediate(() => this.#takeTurn(() => this.#begin()));
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#watch.close();
    this.#close();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isStopped || this.#isPaused) return;
    this.#turn ??= setImmediate(() => this.#takeTurn(() => this.#readOn()));
  }

  #takeTurn(work: () => void): void {
    this.#turn = null;
    try {
      work();
    } catch (error) {
      this.stop();
      this.#options.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #begin(): void {
    if (this.#log === null) {
      this.#log = openForReading(this.#path);
      if (this.#log !== null) this.#position = Math.max(0, this.#log.size - this.#options.head);
    }
    this.#isLink = lstatSync(this.#path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (this.#isLink) this.#watch.addFolder();
    this.#readOn();
  }

  #readOn(): void {
    let left = TURN_BYTES;
    while (!this.#isPaused && !this.#isStopped) {
      if (left <= 0) {
        this.#schedule();
        return;
      }
      const count = this.#readChunk();
      left -= count;
      if (count === 0 && !this.#goOn()) return;
    }
  }

  #readChunk(): number {
    if (this.#log === null) return 0;
    const size = fstatSync(this.#log.descriptor).size;
    const length = Math.min(CHUNK_BYTES, size - this.#position);
    if (length <= 0) return 0;
    const chunk = Buffer.allocUnsafe(length);
    const count = readSync(this.#log.descriptor, chunk, 0, length, this.#position);
    this.#position += count;
    if (count > 0) this.#options.onBytes(chunk.subarray(0, count));
    return count;
  }

  /** Called when nothing is left to read; false if it has to wait for a change. */
  #goOn(): boolean {
    if (this.#log === null) return this.#openNamed();
    if (!this.#isWatched) {
      this.#isWatched = this.#watch.addFile();
      if (this.#isWatched) return true;
    }
    if (fstatSync(this.#log.descriptor).size < this.#position) {
      this.#position = 0;
      this.#options.onTruncated();
      return true;
    }
    const successor = findSuccessor(this.#path, this.#log);
    switch (successor.kind) {
      case 'current':
        if (!this.#isLink) this.#watch.dropFolder();
        return false;
      case 'missing':
        return this.#watch.addFolder();
      case 'awaited':
        return this.#awaitBytes(successor.inode);
      case 'next':
        this.#moveTo(successor.log);
        return true;
    }
  }

  #openNamed(): boolean {
    this.#log = openForReading(this.#path);
    if (this.#log !== null) return true;
    return existsSync(this.#path) ? false : this.#watch.addFolder();
  }

  #awaitBytes(inode: number): boolean {
    if (inode === this.#awaitedInode) return false;
    const isWatched = this.#watch.addFile();
    if (isWatched) this.#awaitedInode = inode;
    return isWatched;
  }

  #moveTo(next: OpenLog): void {
    // The last bytes of the old file may have come after the look at its end.
    if (this.#log !== null && fstatSync(this.#log.descriptor).size > this.#position) {
      closeSync(next.descriptor);
      return;
    }
    if (this.#options.onSuccessor !== undefined) {
      closeSync(next.descriptor);
      this.#options.onSuccessor();
      return;
    }
    this.#close();
    this.#log = next;
    this.#position = 0;
    this.#watch.dropFiles();
    this.#isWatched = false;
    this.#awaitedInode = 0;
  }

  #close(): void {
    if (this.#log !== null) closeSync(this.#log.descriptor);
    this.#log = null;
  }
}
