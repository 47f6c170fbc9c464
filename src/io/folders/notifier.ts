/**
 * One inotify(7) descriptor for all watched folders and all subscribers, since a user may have few of them (128 by
 * default).
 *
 * Events are read some time after the first one, so that a busy folder wakes the daemon at most a few times a
 * second.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import {
  FOLDER_EVENTS,
  folderEvents,
  openWatch,
  READABLE,
  readInto,
  unwatchFolder,
  WATCH_FLAGS,
  watchFolder,
} from '../../native/posix.ts';
import { fsdecode } from '../../python/fs-encoding.ts';
import type { IoLoop } from '../io-loop.ts';

/** What watches folders. */
export interface Subscriber {
  /**
   * Something has happened in a folder, or to it.
   *
   * @param watch the number of the folder's watch
   * @param mask bits of `FOLDER_EVENTS`; with `ignored` the watch has ended
   * @param name of the file in the folder; empty for an event of the folder itself
   */
  event(watch: number, mask: number, name: string): void;
  /** The queue of the kernel was full, and events were lost. */
  lost(): void;
}

const { overflow, ignored, unmounted } = FOLDER_EVENTS;
const ALWAYS = ignored | unmounted;

const DELAY_MS = 100;
const BUFFER_BYTES = 64 << 10;
/** Other work has its turn after this number of buffers; the rest is read later. */
const BUFFERS_A_TURN = 16;

/** For `IoLoop.watch`. */
const NOTHING = 0;

export class Notifier {
  readonly #io: IoLoop;
  readonly #watches = new Map<number, Map<Subscriber, number>>();
  #descriptor: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(io: IoLoop) {
    this.#io = io;
  }

  /**
   * Watches a folder for a subscriber.
   *
   * @param mask of `FOLDER_EVENTS` and `WATCH_FLAGS`
   * @returns the number of the watch, the same for every path of one folder
   * @throws PosixError ENOENT, ENOTDIR, EACCES, ENOSPC at the limit of watches, EMFILE at that of descriptors
   */
  watch(path: string, mask: number, subscriber: Subscriber): number {
    const watch = watchFolder(this.#opened(), path, mask | WATCH_FLAGS.add);
    const subscribers = this.#watches.get(watch) ?? new Map<Subscriber, number>();
    this.#watches.set(watch, subscribers);
    subscribers.set(subscriber, (subscribers.get(subscriber) ?? 0) | mask);
    return watch;
  }

  /** Ends what a subscriber has of a watch; one that has ended already is fine. */
  unwatch(watch: number, subscriber: Subscriber): void {
    const subscribers = this.#watches.get(watch);
    if (subscribers?.delete(subscriber) !== true || subscribers.size > 0) return;
    this.#watches.delete(watch);
    if (this.#descriptor !== null) unwatchFolder(this.#descriptor, watch);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#watches.clear();
    if (this.#descriptor !== null) {
      this.#io.forget(this.#descriptor);
      closeSync(this.#descriptor);
    }
    this.#descriptor = null;
  }

  #opened(): number {
    if (this.#descriptor !== null) return this.#descriptor;
    const descriptor = openWatch();
    try {
      this.#io.watch(descriptor, READABLE, { ready: () => this.#readLater() });
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    this.#descriptor = descriptor;
    return descriptor;
  }

  #readLater(): void {
    if (this.#timer !== null || this.#descriptor === null) return;
    this.#io.watch(this.#descriptor, NOTHING, { ready: () => {} });
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#read();
      if (this.#descriptor !== null) {
        this.#io.watch(this.#descriptor, READABLE, { ready: () => this.#readLater() });
      }
    }, DELAY_MS).unref();
  }

  #read(): void {
    for (let buffers = 0; buffers < BUFFERS_A_TURN && this.#descriptor !== null; buffers += 1) {
      const count = readInto(this.#descriptor, buffer);
      if (count <= 0) return;
      for (const { watch, mask, name } of folderEvents(buffer.subarray(0, count))) {
        if ((mask & overflow) !== 0) this.#reportLoss();
        else this.#deliver(watch, mask, name.length === 0 ? '' : fsdecode(name));
      }
    }
  }

  #deliver(watch: number, mask: number, name: string): void {
    const subscribers = this.#watches.get(watch);
    if (subscribers === undefined) return;
    if ((mask & ignored) !== 0) this.#watches.delete(watch);
    for (const [subscriber, wanted] of [...subscribers]) {
      if ((mask & (wanted | ALWAYS)) !== 0) subscriber.event(watch, mask, name);
    }
  }

  #reportLoss(): void {
    const all = new Set([...this.#watches.values()].flatMap((subscribers) => [...subscribers.keys()]));
    for (const subscriber of all) subscriber.lost();
  }
}

const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
