/**
 * Which folders of the file system have to be watched, and for what, so that every change of some paths is seen: the
 * folders themselves, all folders above them, which can be moved or removed as a whole, and for a folder that does not
 * exist the nearest one that does.
 *
 * @module
 */
import { dirname } from 'node:path';
import { FOLDER_EVENTS } from '../../native/posix.ts';
import { realpathSync, statSync } from '../files.ts';

const { created, movedTo, movedFrom, deleted, selfDeleted, selfMoved } = FOLDER_EVENTS;

/** A new file in the place of ours needs no event, since the removal of ours was one. */
const CONTENTS = movedFrom | movedTo | deleted;
const ARRIVALS = created | movedTo;
/** For a folder above: changes in it are not reported, so that a busy one costs nothing. */
const ITSELF = selfDeleted | selfMoved;

/** One folder of the file system. */
export interface Place {
  readonly path: string;
  /** Device and inode. */
  readonly identity: string;
  mask: number;
  /** The given folders that it is. */
  readonly folders: Set<string>;
  /** The given folders that are in it at any depth, or are it. */
  readonly dependents: Set<string>;
  /** Names that are to appear in it, each on the way to a given folder. */
  readonly awaited: Map<string, Set<string>>;
}

/** @param folders absolute paths */
export function watchedPlaces(folders: Iterable<string>): Place[] {
  const places = new Map<string, Place>();
  const placeAt = (path: string): Place | null => {
    const identity = identityOf(path);
    if (identity === null) return null;
    const known = places.get(identity);
    if (known !== undefined) return known;
    const place = {
      path,
      identity,
      mask: 0,
      folders: new Set<string>(),
      dependents: new Set<string>(),
      awaited: new Map(),
    };
    places.set(identity, place);
    return place;
  };
  for (const folder of folders) {
    const { base, missing } = nearest(folder);
    const place = placeAt(base);
    if (missing === null) {
      place?.folders.add(folder);
      if (place !== null) place.mask |= CONTENTS;
    } else if (place !== null) {
      place.awaited.set(missing, (place.awaited.get(missing) ?? new Set()).add(folder));
      place.mask |= ARRIVALS;
    }
    for (const above of withParents(realPath(base))) {
      const ancestor = placeAt(above);
      ancestor?.dependents.add(folder);
      if (ancestor !== null) ancestor.mask |= ITSELF;
    }
  }
  return [...places.values()];
}

/**
 * Whether the path still leads to the folder. A folder in which a socket was bound is not reported as removed while the
 * socket is open.
 */
export function isSame({ path, identity }: Place): boolean {
  return identityOf(path) === identity;
}

export function folderExists(folder: string): boolean {
  return statusOf(folder)?.isDirectory() === true;
}

interface Nearest {
  /** The folder, or the nearest one above it that exists. */
  readonly base: string;
  /** What is missing in `base`; null where nothing is. */
  readonly missing: string | null;
}

function nearest(folder: string): Nearest {
  let base = folder;
  let missing: string | null = null;
  while (!folderExists(base)) {
    const above = dirname(base);
    if (above === base) break;
    missing = base.slice(above === '/' ? 1 : above.length + 1);
    base = above;
  }
  return { base, missing };
}

function withParents(path: string): string[] {
  const all = [path];
  for (let at = path; dirname(at) !== at; at = dirname(at)) all.push(dirname(at));
  return all;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function identityOf(path: string): string | null {
  const status = statusOf(path);
  return status === undefined ? null : `${status.dev}:${status.ino}`;
}

function statusOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
