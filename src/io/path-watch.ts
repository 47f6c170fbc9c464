/**
 * Notices changes of a path without polling.
 *
 * @module
 */
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { existsSync, watch } from './files.ts';

/** Time between two looks when no inotify watch is available, in milliseconds. */
const LOOK_AGAIN_MS = 1000;

/** Watches on one file, on the file that takes its name, and on its folder while nothing has the name. */
export class PathWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #files: FSWatcher[] = [];
  #folder: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
  }

  /** Adds a watch on the file that has the name now; those on earlier files stay. False if no watch is available. */
  addFile(): boolean {
    const watcher = this.#watch(this.#path, () => this.#onChange());
    if (watcher !== null) this.#files.push(watcher);
    return watcher !== null;
  }

  dropFiles(): void {
    for (const watcher of this.#files.splice(0)) watcher.close();
  }

  /** Watches the folder for files that come and go; false if it is watched already or is not there. */
  addFolder(): boolean {
    const folder = dirname(this.#path);
    if (this.#folder !== null) {
      if (existsSync(folder)) return false;
      this.dropFolder();
    }
    const name = basename(this.#path);
    this.#folder = this.#watch(folder, (event, changed) => {
      if (event === 'rename' || changed === null || changed === name || changed.includes('\ufffd'))
        this.#onChange();
    });
    return this.#folder !== null;
  }

  dropFolder(): void {
    this.#folder?.close();
    this.#folder = null;
  }

  /** Looks again after a while: for a folder that is not there, or has been replaced. */
  lookAgainLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#onChange();
    }, LOOK_AGAIN_MS).unref();
  }

  close(): void {
    this.dropFiles();
    this.dropFolder();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #watch(path: string, onEvent: (event: string, name: string | null) => void): FSWatcher | null {
    try {
      const watcher = watch(path, { persistent: false }, onEvent);
      watcher.on('error', () => this.lookAgainLater());
      return watcher;
    } catch {
      this.lookAgainLater();
      return null;
    }
  }
}
