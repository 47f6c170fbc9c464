/**
 * Keeps the files of the daemon that other programs find by their names: what is removed or replaced from outside is
 * made again, and times are renewed before a cleaner of temporary folders finds them old.
 *
 * @module
 */
import { basename, dirname } from 'node:path';
import { readdirSync } from '../../io/files.ts';
import { type FolderChanges, FolderWatch } from '../../io/folders/folder-watch.ts';
import { type Finding, type KeptFile, lost } from '../../io/folders/kept-file.ts';
import { folderExists } from '../../io/folders/watched-places.ts';
import { releaseIdlePages } from '../../io/idle-pages.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { Report } from './report.ts';

/** Cleaners remove files after days, or after hours on busy machines. */
const RENEWAL_MS = 30 * 60_000;
/** Time between two looks at everything where changes are not reported, or a file could not be made again. */
const LOOK_MS = 60_000;

export interface KeeperOptions {
  readonly log: MainLog;
  readonly io: IoLoop;
  /** All existing files; folders come before the files in them. */
  readonly files: () => Iterable<KeptFile>;
  /** Other intervals, in milliseconds, for tests. */
  readonly renewalMs?: number | undefined;
  readonly lookMs?: number | undefined;
}

export class FileKeeper {
  readonly #options: KeeperOptions;
  readonly #watch: FolderWatch;
  readonly #report: Report;
  readonly #renewal: NodeJS.Timeout;
  #look: NodeJS.Timeout | null = null;
  #refresh: NodeJS.Immediate | null = null;
  #isLimitReported = false;

  /** Looks at everything at once. */
  constructor(options: KeeperOptions) {
    const { io, log, renewalMs = RENEWAL_MS } = options;
    this.#options = options;
    this.#report = new Report(log);
    this.#watch = new FolderWatch({ io, onChange: (changes) => this.#changed(changes) });
    this.#renewal = setInterval(() => this.#renew(), renewalMs).unref();
    this.#lookAtAll();
  }

  /** Programs have been added or removed. */
  filesChanged(): void {
    this.#refresh ??= setImmediate(() => {
      this.#refresh = null;
      this.#follow();
    });
  }

  close(): void {
    clearInterval(this.#renewal);
    if (this.#look !== null) clearTimeout(this.#look);
    if (this.#refresh !== null) clearImmediate(this.#refresh);
    this.#watch.close();
  }

  #lookAtAll(): void {
    this.#follow();
    this.#lookAt(() => false);
  }

  #follow(): void {
    const folders = new Set<string>();
    for (const file of this.#options.files()) folders.add(watchedFolder(file));
    this.#watch.follow(folders);
    if (!this.#watch.isComplete) this.#lookLater();
  }

  #lookLater(): void {
    if (!this.#watch.isComplete && !this.#isLimitReported) {
      this.#isLimitReported = true;
      this.#options.log.info(
        'removed files are looked for once a minute: not all folders can be watched (inotify, fs.inotify.max_user_*)',
      );
    }
    this.#look ??= setTimeout(() => {
      this.#look = null;
      this.#lookAtAll();
    }, this.#options.lookMs ?? LOOK_MS).unref();
  }

  /** Returns whether a file was made again. */
  #changed(changes: FolderChanges): boolean {
    if (!this.#watch.isComplete) this.#lookLater();
    const isListed = namesIn();
    return this.#lookAt((file) => {
      const names = changes.get(watchedFolder(file));
      if (names === undefined) return null;
      if (names !== null) return names.has(basename(file.path)) ? true : null;
      return file.isOneOfMany === true && isListed(file.path) ? null : true;
    });
  }

  /**
   * @param suspicion whether a change of the file was reported; null leaves it out
   * @returns whether a file was made again
   */
  #lookAt(suspicion: (file: KeptFile) => boolean | null): boolean {
    let isAnyMade = false;
    for (const file of this.#options.files()) {
      const isSuspect = suspicion(file);
      if (isSuspect !== null) {
        const finding = findingOf(file, isSuspect);
        isAnyMade ||= finding?.kind === 'made again';
        this.#report.add(file, finding);
      }
    }
    if (this.#report.write()) this.#lookLater();
    return isAnyMade;
  }

  #renew(): void {
    this.#lookAtAll();
    const labels = new Set<string>();
    for (const file of this.#options.files()) {
      labels.add(file.label);
      try {
        file.renew();
      } catch {
        // The file belongs to another user, or its file system is read-only; its removal is noticed all the same.
      }
    }
    this.#report.keepOnly(labels);
    releaseIdlePages();
  }
}

/** Looks names up in folders, each of which is read once. */
function namesIn(): (path: string) => boolean {
  const folders = new Map<string, ReadonlySet<string>>();
  return (path) => {
    const folder = dirname(path);
    let names = folders.get(folder);
    if (names === undefined) {
      names = new Set(listed(folder));
      folders.set(folder, names);
    }
    return names.has(basename(path));
  };
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function watchedFolder({ path, watched = dirname(path) }: KeptFile): string {
  return watched;
}

function findingOf(file: KeptFile, isSuspect: boolean): Finding | null {
  try {
    return file.look(isSuspect);
  } catch (error) {
    return folderExists(dirname(file.path))
      ? lost(`cannot be made again: ${(error as Error).message}`)
      : lost('was removed with its folder, and is made again when the folder is there');
  }
}
