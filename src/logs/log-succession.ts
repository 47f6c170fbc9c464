/**
 * Which file comes after the one that is read, when logs rotate under a reader.
 *
 * @module
 */
import { closeSync, constants, fstatSync, type Stats } from 'node:fs';
import { statSync } from '../io/files.ts';
import { openGuarded } from '../io/guarded-path.ts';
import { errorCode } from './log-errors.ts';

/** Backups are numbered without gaps but for the moment of a rotation. */
const MAX_GAP = 2;
const MAX_TRIES = 5;

export interface OpenLog {
  readonly descriptor: number;
  readonly device: number;
  readonly inode: number;
  readonly size: number;
}

export type Succession =
  /** The open file is the one that has the name. */
  | { readonly kind: 'current' }
  /** Nothing has the name now. */
  | { readonly kind: 'missing' }
  /** Another file has the name, and nothing is in it yet: the old one may still get its last bytes. */
  | { readonly kind: 'awaited'; readonly inode: number }
  | { readonly kind: 'next'; readonly log: OpenLog };

/** Opens a log for reading; null if it does not exist or is not a regular file. @throws Error of the system call */
export function openForReading(path: string): OpenLog | null {
  try {
    if (!statSync(path).isFile()) return null;
    const descriptor = openGuarded(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const { dev, ino, size } = fstatSync(descriptor);
    return { descriptor, device: dev, inode: ino, size };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Looks for the file to read after `log`, which was read to its end: its follower among the backups `.1`, `.2` …
 * where several rotations happened, else the one that has the name now. @throws Error of the system call
 */
export function findSuccessor(path: string, log: OpenLog): Succession {
  let inode = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const named = statIfThere(path);
    if (named === null || !named.isFile()) return { kind: 'missing' };
    if (isSame(named, log)) return { kind: 'current' };
    inode = named.ino;
    const index = newerBackup(path, log);
    if (index === 0 && named.size === 0) break;
    const next = openForReading(index === 0 ? path : `${path}.${index}`);
    if (next === null) continue;
    // The files may have rotated between the look and the opening.
    if (newerBackup(path, log) === index && !(next.device === log.device && next.inode === log.inode)) {
      return { kind: 'next', log: next };
    }
    closeSync(next.descriptor);
  }
  return { kind: 'awaited', inode };
}

/** Index of the backup that was written right after the log, 0 if that is the file without a number. */
function newerBackup(path: string, log: OpenLog): number {
  const lastWrite = fstatSync(log.descriptor).mtimeMs;
  let oldestNewer = 0;
  let gap = 0;
  for (let index = 1; gap < MAX_GAP; index += 1) {
    const backup = statIfThere(`${path}.${index}`);
    if (backup === null) {
      gap += 1;
      continue;
    }
    gap = 0;
    if (isSame(backup, log)) return index - 1;
    if (backup.isFile() && backup.mtimeMs > lastWrite) oldestNewer = index;
  }
  return oldestNewer;
}

function isSame(stats: Stats, log: OpenLog): boolean {
  return stats.ino === log.inode && stats.dev === log.device;
}

function statIfThere(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
