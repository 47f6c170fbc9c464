/**
 * Files in folders that another user may change. A program's user who owns the folder of its log can put a link in the
 * place of the log, or of a folder above it, and have a daemon that runs as root write to, rotate or show any file of
 * the machine. In such a folder a link is followed as far as its owner could go without it.
 *
 * @module
 */
import { closeSync, constants, fstatSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { lstatSync, openSync, readlinkSync } from './files.ts';

const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** Of open(2): the place in the tree and nothing of the file. */
const O_PATH = 0o10000000;

const ROOT = 0;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

/** The number of links that Linux follows. */
const MOST_LINKS = 40;
/** How long a folder counts as safe, in milliseconds: root may give it to another user meanwhile. */
const VALID_MS = 30_000;

/** A link of another user leads where that user could not go. */
export class ForeignLinkError extends Error {
  override readonly name = 'ForeignLinkError';
}

/**
 * Calls with the path of a file by which it can be renamed, removed or looked at: it leads to the folder that the
 * path meant when this was called, whatever is moved meanwhile. The last part of the path is not resolved.
 *
 * @throws ForeignLinkError, ErrnoException where the folder is not there, and what `act` throws
 */
export function inGuardedFolder<T>(path: string, act: (path: string) => T): T {
  const full = resolve(path);
  return isSafe(dirname(full)) ? act(path) : walking((walk) => act(pathOf(walk.to(full))));
}

/**
 * Opens a file as open(2) does.
 *
 * @throws ForeignLinkError, ErrnoException
 */
export function openGuarded(path: string, flags: number, mode?: number): number {
  const full = resolve(path);
  if (isSafe(dirname(full))) {
    return openSync(path, flags, mode);
  }
  return walking((walk) => {
    for (let place = walk.to(full); ; place = walk.follow(place)) {
      try {
        return openSync(pathOf(place), flags | O_NOFOLLOW, mode);
      } catch (error) {
        const isLink = (error as NodeJS.ErrnoException).code === 'ELOOP';
        if (!isLink || !lstatSync(pathOf(place)).isSymbolicLink()) {
          throw error;
        }
      }
    }
  });
}

const safeFolders = new Set<string>();
let safeUntilMs = Number.NEGATIVE_INFINITY;

/** Whether only root and the daemon's own user can change what a path in the folder means. */
function isSafe(folder: string): boolean {
  const nowMs = performance.now();
  if (nowMs >= safeUntilMs) {
    safeFolders.clear();
    safeUntilMs = nowMs + VALID_MS;
  }
  if (safeFolders.has(folder)) {
    return true;
  }
  const found = isOurs(folder, MOST_LINKS, false);
  if (found) {
    safeFolders.add(folder);
  }
  return found;
}

/** @param holdsFolder the path goes on below it: in a sticky folder, as /tmp, only the owner can replace what is there */
function isOurs(folder: string, links: number, holdsFolder: boolean): boolean {
  const status = statusOf(folder);
  if (status === undefined || !isTrusted(status.uid)) {
    return false;
  }
  const parent = dirname(folder);
  if (parent !== folder && !isOurs(parent, links, true)) {
    return false;
  }
  if (status.isSymbolicLink()) {
    return links > 0 && isOurs(resolve(parent, readlinkSync(folder)), links - 1, holdsFolder);
  }
  return (status.mode & WORLD_WRITABLE) === 0 || (holdsFolder && (status.mode & STICKY) !== 0);
}

function isTrusted(uid: number): boolean {
  return uid === ROOT || uid === process.geteuid?.();
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** An open folder. */
interface Folder {
  readonly descriptor: number;
  readonly uid: number;
}

interface Place {
  readonly folder: Folder;
  readonly name: string;
}

function pathOf({ folder, name }: Place): string {
  return `/proc/self/fd/${folder.descriptor}/${name}`;
}

interface Walk {
  /** The place of an absolute path. */
  to(path: string): Place;
  /** The place that the link at a place leads to. @throws ForeignLinkError */
  follow(place: Place): Place;
}

/** Walks through the tree, from one open folder to the next, and closes the folders at the end. */
function walking<T>(act: (walk: Walk) => T): T {
  const opened: number[] = [];
  let links = 0;

  const open = (path: string, flags: number): { descriptor: number; status: Stats } => {
    const descriptor = openSync(path, O_PATH | O_NOFOLLOW | flags);
    opened.push(descriptor);
    return { descriptor, status: fstatSync(descriptor) };
  };

  const enter = (place: Place): Folder => {
    const { descriptor, status } = open(pathOf(place), 0);
    return status.isSymbolicLink() ? enter(follow(place)) : { descriptor, uid: status.uid };
  };

  const from = (start: Folder, path: string): Place => {
    const names = path.split('/').filter((name) => name !== '');
    const name = names.pop() ?? '.';
    let folder = start;
    for (const each of names) {
      folder = enter({ folder, name: each });
    }
    return { folder, name };
  };

  const root = (): Folder => {
    const { descriptor, status } = open('/', O_DIRECTORY);
    return { descriptor, uid: status.uid };
  };

  const follow = (place: Place): Place => {
    links += 1;
    if (links > MOST_LINKS) {
      throw new ForeignLinkError('too many symbolic links');
    }
    const path = pathOf(place);
    const link = lstatSync(path);
    const target = readlinkSync(path);
    const next = from(target.startsWith('/') ? root() : place.folder, target);
    const isSame = sameLink(link, lstatSync(path));
    const isAllowed = isTrusted(link.uid) || next.folder.uid === link.uid;
    if (isSame && (isAllowed || statusOf(pathOf(next))?.uid === link.uid)) {
      return next;
    }
    throw new ForeignLinkError(`a symbolic link of user ${link.uid} leads to a file of another user`);
  };

  try {
    return act({ to: (path) => from(root(), path), follow });
  } finally {
    for (const descriptor of opened) {
      closeSync(descriptor);
    }
  }
}

/** It was not replaced meanwhile, nor replaced and put back, which changes its ctime. */
function sameLink(before: Stats, after: Stats): boolean {
  return before.ino === after.ino && before.dev === after.dev && before.ctimeMs === after.ctimeMs;
}
