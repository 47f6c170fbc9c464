/**
 * Reports which files in some folders may have been removed or replaced, by one descriptor for all folders
 * (inotify(7)), and one for mounts, which hide folders without a change in them.
 *
 * A change is handled after a short delay, so that a recursive removal has ended by then. In busy folders, such as
 * /tmp during a build, the delay grows to a second.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import {
  FOLDER_EVENTS,
  folderEvents,
  type MountWatch,
  openWatch,
  READABLE,
  readInto,
  unwatchFolder,
  watchFolder,
  watchMounts,
} from '../../native/posix.ts';
import { fsdecode } from '../../python/fs-encoding.ts';
import type { IoLoop } from '../io-loop.ts';
import { folderExists, isSame, type Place, watchedPlaces } from './watched-places.ts';

/** Names of files that may have changed, by folder; null is any file of the folder. */
export type FolderChanges = ReadonlyMap<string, ReadonlySet<string> | null>;

export interface FolderWatchOptions {
  readonly io: IoLoop;
  /** Returns whether it has made a file again. */
  readonly onChange: (changes: FolderChanges) => boolean;
}

const LEAST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;
/** In a series a delay is at least the time of the last work, times this number, up to a limit. */
const DELAY_PER_WORK = 50;
const LONGEST_DELAY_FOR_WORK_MS = 5000;
/** A change that comes later than this number of delays after the last one does not belong to a series. */
const SERIES_DELAYS = 3;

const { selfDeleted, selfMoved, unmounted, overflow, ignored, created, movedTo } = FOLDER_EVENTS;
const PLACE_IS_GONE = selfDeleted | selfMoved | unmounted | ignored;

const BUFFER_BYTES = 64 << 10;
/** More than what fills this number of buffers is not read one by one: every file is looked at. */
const MOST_BUFFERS = 4;
/** A folder can come and go while its watch is set up. */
const MOST_TRIES = 5;

/** For `IoLoop.watch`. */
const NOTHING = 0;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #places = new Map<number, Place>();
  #folders: ReadonlySet<string> = new Set();
  #watch: number | null = null;
  #mounts: MountWatch | null = null;
  #isComplete = false;
  #areMountsChanged = false;
  #delayMs = LEAST_DELAY_MS;
  #workedMs = 0;
  #workEndedAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  /** False where the system does not report all changes: the limits of inotify are reached, or a folder cannot be read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Watches these folders from now on, which need not exist; what has changed before is not reported. */
  follow(folders: Iterable<string>): void {
    this.#folders = new Set(folders);
    this.#open();
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const awaited = this.#setUp();
      if (!awaited.some(folderExists)) return;
    }
    this.#isComplete = false;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#watch !== null) {
      this.#options.io.forget(this.#watch);
      closeSync(this.#watch);
    }
    this.#watch = null;
    this.#mounts?.close();
    this.#mounts = null;
    this.#places.clear();
  }

  #open(): void {
    if (this.#watch !== null) return;
    try {
      this.#watch = openWatch();
      this.#mounts = this.#watchMounts();
      this.#listen();
    } catch {
      this.close();
    }
  }

  #listen(): void {
    const { io } = this.#options;
    if (this.#watch !== null) io.watch(this.#watch, READABLE, { ready: () => this.#workLater() });
    this.#mounts?.pause(false);
  }

  #ignore(): void {
    if (this.#watch !== null) this.#options.io.watch(this.#watch, NOTHING, { ready: () => {} });
    this.#mounts?.pause(true);
  }

  /** Null where there is no /proc. */
  #watchMounts(): MountWatch | null {
    try {
      return watchMounts(() => {
        this.#areMountsChanged = true;
        this.#workLater();
      });
    } catch {
      return null;
    }
  }

  /** Returns the folders that do not exist. */
  #setUp(): string[] {
    const before = [...this.#places.keys()];
    this.#places.clear();
    this.#isComplete = this.#watch !== null;
    if (this.#watch === null) return [];
    const awaited: string[] = [];
    for (const place of watchedPlaces(this.#folders)) {
      for (const folders of place.awaited.values()) awaited.push(...folders);
      try {
        this.#places.set(watchFolder(this.#watch, place.path, place.mask), place);
      } catch {
        // A folder above that cannot be watched is checked by the periodic look.
        if (place.folders.size + place.awaited.size > 0) this.#isComplete = false;
      }
    }
    for (const watch of before) {
      if (!this.#places.has(watch)) unwatchFolder(this.#watch, watch);
    }
    return awaited;
  }

  #workLater(): void {
    if (this.#timer !== null) return;
    this.#ignore();
    const isSeries = performance.now() - this.#workEndedAtMs < SERIES_DELAYS * this.#delayMs;
    this.#delayMs = isSeries ? Math.min(LONGEST_DELAY_MS, 2 * this.#delayMs) : LEAST_DELAY_MS;
    const forWorkMs = isSeries ? Math.min(LONGEST_DELAY_FOR_WORK_MS, DELAY_PER_WORK * this.#workedMs) : 0;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#work();
      },
      Math.max(this.#delayMs, forWorkMs),
    ).unref();
  }

  #work(): void {
    const startedAtMs = performance.now();
    const changes = this.#read();
    const isIntact = changes !== null && !this.#areMountsChanged && [...this.#places.values()].every(isSame);
    this.#areMountsChanged = false;
    if (!isIntact) this.follow(this.#folders);
    const isUseful = this.#options.onChange(isIntact ? changes : this.#anything());
    this.#workEndedAtMs = performance.now();
    this.#workedMs = isUseful ? 0 : this.#workEndedAtMs - startedAtMs;
    this.#listen();
  }

  #anything(): FolderChanges {
    return new Map([...this.#folders].map((folder) => [folder, null]));
  }

  /** Null where a watched folder itself has changed, or events were lost. */
  #read(): FolderChanges | null {
    const changes = new Map<string, Set<string>>();
    let isIntact = true;
    for (let buffers = 0; this.#watch !== null; buffers += 1) {
      const count = readInto(this.#watch, buffer);
      if (count <= 0) break;
      if (buffers >= MOST_BUFFERS) isIntact = false;
      if (buffers >= ALL_BUFFERS) break;
      if (isIntact) isIntact = this.#collect(buffer.subarray(0, count), changes);
    }
    return isIntact ? changes : null;
  }

  /** False where what is watched has changed. */
  #collect(bytes: Buffer, changes: Map<string, Set<string>>): boolean {
    for (const { watch, mask, name } of folderEvents(bytes)) {
      if ((mask & overflow) !== 0) return false;
      const place = this.#places.get(watch);
      if (place === undefined) continue;
      if ((mask & PLACE_IS_GONE) !== 0) return false;
      const text = fsdecode(name);
      if ((mask & (created | movedTo)) !== 0 && place.awaited.has(text)) return false;
      for (const folder of place.folders) {
        const names = changes.get(folder) ?? new Set<string>();
        changes.set(folder, names.add(text));
      }
    }
    return true;
  }
}

const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/** Twice the kernel's default (max_queued_events). */
const ALL_BUFFERS = 32;
