/**
 * Reports changes of files in a folder and all folders below it (inotify(7)): folders that are made or moved there later
 * belong to it, those that are removed or moved away do not any more. Links in it are files; they are not followed. The
 * folder itself may be a link, which may be replaced, and need not exist yet.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { FOLDER_EVENTS, WATCH_FLAGS } from '../../native/posix.ts';
import { fsdecode, fsPath } from '../../python/fs-encoding.ts';
import { now } from '../clock.ts';
import { lstatSync, statSync } from '../files.ts';
import type { Notifier, Subscriber } from './notifier.ts';
import { hasVanished, PathTarget } from './path-target.ts';

export interface TreeWatchOptions {
  readonly notifier: Notifier;
  /** Absolute. */
  readonly path: string;
  /**
   * Whether changes of a file are reported.
   *
   * @param name of the file, as its path from the watched folder on
   * @param real path without links
   */
  readonly isWanted: (name: string, real: string) => boolean;
  /** Whether a folder of this name, and all below it, is left out. */
  readonly isLeftOut: (name: string) => boolean;
  /** @param path as the options have the folder */
  readonly onChange: (path: string) => void;
  /** All existing folders have been looked through. */
  readonly onScanned: (scan: Scan) => void;
}

export interface Scan {
  /** Number of folders that are watched. */
  readonly watched: number;
  /** Why others are not; the first error. */
  readonly failure: Error | null;
  /** Number of folders that are not watched, without those below them. */
  readonly unwatched: number;
}

const {
  modified,
  attributes,
  created,
  deleted,
  movedFrom,
  movedTo,
  selfDeleted,
  selfMoved,
  unmounted,
  ignored,
  isFolder,
} = FOLDER_EVENTS;

const CONTENTS = modified | attributes | created | deleted | movedFrom | movedTo;
const MASK = CONTENTS | selfDeleted | selfMoved | WATCH_FLAGS.dontFollow | WATCH_FLAGS.onlyNamed;

/** A large tree is looked through in turns of this length, with other work in between. */
const TURN_MS = 10;

/** Folders whose watch failed are tried again after this time. */
const RETRY_MS = 60_000;

/** Programs that set the times of a file take the time a moment before the kernel notes that of the change. */
const TOUCH_MS = 1000;

/** One folder that is to be looked through. */
interface Pending {
  /** Without links. */
  readonly folder: string;
  /** What is in it is new. */
  readonly isNew: boolean;
}

export class TreeWatch implements Subscriber {
  readonly #options: TreeWatchOptions;
  readonly #target: PathTarget;
  /** Folders by their watch, and back. */
  readonly #folders = new Map<number, string>();
  readonly #watches = new Map<string, number>();
  #root: { readonly path: string; readonly identity: string } | null = null;
  #pending: Pending[] = [];
  #failed: string[] = [];
  #failure: Error | null = null;
  #turn: NodeJS.Immediate | null = null;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: TreeWatchOptions) {
    this.#options = options;
    const { notifier, path } = options;
    this.#target = new PathTarget({
      notifier,
      paths: [path],
      onChange: () => this.#look(true),
      onFailure: (error) => this.#fails(path, error),
    });
    this.#look(false);
  }

  /** Whether the folder exists. */
  get isThere(): boolean {
    return this.#root !== null;
  }

  close(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#target.close();
    this.#forgetAll();
  }

  event(watch: number, mask: number, name: string): void {
    const folder = this.#folders.get(watch);
    if (folder === undefined) return;
    if ((mask & (ignored | unmounted)) !== 0) {
      this.#forget(folder);
      return;
    }
    if (name === '') return;
    if ((mask & isFolder) === 0) {
      this.#fileChanged(folder, name, mask);
    } else if (!this.#options.isLeftOut(name)) {
      this.#folderChanged(`${folder}/${name}`, mask);
    }
  }

  lost(): void {
    if (this.#root === null) return;
    this.#options.onChange(this.#options.path);
    this.#scan({ folder: this.#root.path, isNew: false });
  }

  #fileChanged(folder: string, name: string, mask: number): void {
    const path = `${folder}/${name}`;
    const isChange = (mask & (CONTENTS & ~attributes)) !== 0 || wasTouched(path);
    if (isChange) this.#report(path);
  }

  #folderChanged(folder: string, mask: number): void {
    if ((mask & movedFrom) !== 0) {
      // What was in it is not known.
      this.#forgetBelow(folder);
      this.#options.onChange(this.#shown(folder));
    } else if ((mask & deleted) !== 0) {
      this.#forget(folder);
    } else if ((mask & (created | movedTo)) !== 0) {
      this.#scan({ folder, isNew: true });
    }
  }

  #report(real: string): void {
    const name = real.slice((this.#root?.path.length ?? 0) + 1);
    if (this.#options.isWanted(name, real)) this.#options.onChange(this.#shown(real));
  }

  #shown(real: string): string {
    return this.#options.path + real.slice(this.#root?.path.length ?? 0);
  }

  /** Where the path leads now. @param isLater false for the first look: what is there is not a change */
  #look(isLater: boolean): void {
    const [path = null] = this.#target.look();
    const identity = path === null ? null : identityOf(path);
    if (path !== null && identity !== null) {
      if (this.#root?.path === path && this.#root.identity === identity) return;
      this.#forgetAll();
      this.#root = { path, identity };
      this.#scan({ folder: path, isNew: isLater });
    } else {
      this.#forgetAll();
      this.#root = null;
      if (!isLater) this.#options.onScanned({ watched: 0, failure: null, unwatched: 0 });
    }
  }

  #scan(pending: Pending): void {
    this.#pending.push(pending);
    this.#turn ??= setImmediate(() => this.#scanSome());
  }

  #scanSome(): void {
    this.#turn = null;
    const endsAtMs = now().monotonicMs + TURN_MS;
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      this.#lookThrough(next);
      if (this.#pending.length > 0 && now().monotonicMs >= endsAtMs) {
        this.#turn = setImmediate(() => this.#scanSome());
        return;
      }
    }
    const { length: unwatched } = this.#failed;
    this.#options.onScanned({ watched: this.#watches.size, failure: this.#failure, unwatched });
    if (unwatched > 0) this.#retry ??= setTimeout(() => this.#tryAgain(), RETRY_MS).unref();
  }

  /** The watch comes first: what is made after it is reported, and what was made before is found. */
  #lookThrough({ folder, isNew }: Pending): void {
    let entries: ReturnType<typeof entriesOf>;
    try {
      const watch = this.#options.notifier.watch(folder, MASK, this);
      this.#forgetOther(folder, watch);
      this.#folders.set(watch, folder);
      this.#watches.set(folder, watch);
      entries = entriesOf(folder);
    } catch (error) {
      if (!hasVanished(error)) this.#fails(folder, error);
      return;
    }
    for (const { name, isFolder: isBelow } of entries) {
      const path = `${folder}/${name}`;
      if (!isBelow) {
        if (isNew) this.#report(path);
      } else if (!this.#options.isLeftOut(name)) {
        this.#pending.push({ folder: path, isNew });
      }
    }
  }

  /** A folder can have been replaced, or have another name, since it was watched. */
  #forgetOther(folder: string, watch: number): void {
    const before = this.#watches.get(folder);
    if (before !== undefined && before !== watch) this.#forget(folder);
    const name = this.#folders.get(watch);
    if (name !== undefined && name !== folder) this.#watches.delete(name);
  }

  #fails(folder: string, error: unknown): void {
    this.#failed.push(folder);
    this.#failure ??= error as Error;
  }

  #tryAgain(): void {
    this.#retry = null;
    const failed = this.#failed;
    this.#failed = [];
    this.#failure = null;
    if (failed.includes(this.#options.path)) this.#look(true);
    for (const folder of failed) {
      if (folder !== this.#options.path) this.#scan({ folder, isNew: false });
    }
  }

  #forget(folder: string): void {
    const watch = this.#watches.get(folder);
    if (watch === undefined) return;
    this.#watches.delete(folder);
    this.#folders.delete(watch);
    this.#options.notifier.unwatch(watch, this);
  }

  #forgetBelow(folder: string): void {
    const prefix = `${folder}/`;
    for (const path of [...this.#watches.keys()]) {
      if (path === folder || path.startsWith(prefix)) this.#forget(path);
    }
    this.#pending = this.#pending.filter((one) => one.folder !== folder && !one.folder.startsWith(prefix));
  }

  #forgetAll(): void {
    for (const folder of [...this.#watches.keys()]) this.#forget(folder);
    this.#pending = [];
    this.#failed = [];
    this.#failure = null;
  }
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

function entriesOf(folder: string): Entry[] {
  const entries = readdirSync(fsPath(folder), { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({ name: fsdecode(entry.name), isFolder: entry.isDirectory() }));
}

/** A program that sets the times of a file to now, as touch(1) does, asks for the same as one that writes to it. */
function wasTouched(path: string): boolean {
  try {
    const { mtimeMs, ctimeMs } = lstatSync(path);
    return Math.abs(ctimeMs - mtimeMs) < TOUCH_MS;
  } catch {
    return false;
  }
}

function identityOf(path: string): string | null {
  try {
    const status = statSync(path);
    return status.isDirectory() ? `${status.dev}:${status.ino}` : null;
  } catch {
    return null;
  }
}
