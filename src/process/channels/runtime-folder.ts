/**
 * The folder in which the named FIFOs of the channels live.
 *
 * @module
 */
import { constants, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accessSync, chmodSync, lstatSync, mkdirSync, readdirSync, removeFile } from '../../io/files.ts';
import { fsPath } from '../../python/fs-encoding.ts';
import { type RuntimeFolderOptions, runtimePlaces } from './runtime-places.ts';

export type { RuntimeFolderOptions } from './runtime-places.ts';

export interface RuntimeFolders {
  /** Folders that an earlier daemon with the same pidfile and identifier may have left, for this user alone. */
  readonly existing: readonly string[];
  /** Those of other users, which cannot be used. */
  readonly foreign: readonly string[];
  /** Makes the folder, mode 0700; null where no place can be written, and the channels are anonymous pipes. */
  make(): string | null;
}

/** @param seen folders that processes have channels in, wherever they are */
export function runtimeFolders(options: RuntimeFolderOptions, seen: readonly string[] = []): RuntimeFolders {
  const { wanted, possible, ofOtherUsers, ofEarlierBoots } = runtimePlaces(options);
  const all = new Set([...possible, ...seen]);
  return {
    existing: [...all].filter((folder) => isOwn(folder) && isMadePrivate(folder)),
    get foreign() {
      return ofOtherUsers();
    },
    make: () => {
      for (const folder of ofEarlierBoots()) {
        if (isOwn(folder)) removeRuntimeFolder(folder);
      }
      return wanted.find(isMadePrivate) ?? null;
    },
  };
}

/**
 * Removes the folder at a clean end; FIFOs that grandchildren still hold open stay usable to them. A file that was not
 * made here, as a journal that could not be read, stays with its folder.
 */
export function removeRuntimeFolder(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (name === SPARE_FOLDER && isOwn(path)) removeRuntimeFolder(path);
      else if (OWN_FILES.has(name) || isPipeOrSocket(path)) removeFile(path);
    }
    rmdirSync(fsPath(folder));
  } catch (error) {
    if (!STAYS.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** Removes FIFOs of processes that an earlier daemon had and that have ended. @param used the bases of all others */
export function removeUnusedFifos(folder: string, used: ReadonlySet<string>): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const base = path.replace(/\.(?:stdin|stdout|stderr)$/, '');
      if (base !== path && !used.has(base) && lstatSync(path).isFIFO()) removeFile(path);
    }
  } catch {
    // A failure is harmless: a start replaces the FIFO, and the end of the daemon removes it.
  }
}

function isPipeOrSocket(path: string): boolean {
  const status = lstatSync(path);
  return status.isFIFO() || status.isSocket();
}

/** Further names of sockets (kept-fcgi-socket.ts). */
export const SPARE_FOLDER = 'sockets';

const OWN_FILES: ReadonlySet<string> = new Set(['journal', 'journal.new', 'history', 'history.new']);

/** It has gone already, or there is a file in it that stays. */
const STAYS: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTEMPTY', 'ENOTDIR', 'EACCES', 'EPERM']);

/** A folder, not a link to one, that belongs to this user. */
function isOwn(folder: string): boolean {
  try {
    const status = lstatSync(folder, { throwIfNoEntry: false });
    return status?.isDirectory() === true && status.uid === process.geteuid?.();
  } catch {
    return false;
  }
}

function isMadePrivate(folder: string): boolean {
  try {
    makeFolder(folder);
    if (!isOwn(folder)) {
      return false;
    }
    chmodSync(folder, 0o700);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the folder and the one above it. Not recursive: Node's own recursion never ends below a folder that takes none, as
 * in /proc.
 *
 * @throws ErrnoException
 */
export function makeFolder(folder: string): void {
  makeOne(dirname(folder));
  makeOne(folder);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}
