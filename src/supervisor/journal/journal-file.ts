/**
 * The file of a journal.
 *
 * @module
 */
import { constants, fstatSync, type Stats } from 'node:fs';
import { openSync, removeFile } from '../../io/files.ts';
import { lock } from '../../native/posix.ts';
import { isOurFolder } from '../../process/channels/pipes.ts';

/** Creates a file of this user alone, in place of any other file of this name. @throws ErrnoException */
export function create(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  removeFile(path);
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** On a file system without locks the journal is kept unlocked. */
export function lockForLife(fd: number): void {
  try {
    lock(fd);
  } catch {
    // The pid in the journal names its owner for other daemons of the same PID namespace.
  }
}

/** @throws Error where the folder belongs to another user, ErrnoException where it cannot be made */
export function requireFolder(folder: string): void {
  if (!isOurFolder(folder)) throw new Error(`${folder} belongs to another user, or is not a folder`);
}

/** Whether the file that was found at a path is the one of the descriptor. */
export function isAt(fd: number, found: Stats | undefined): boolean {
  const { dev, ino } = fstatSync(fd);
  return found?.dev === dev && found.ino === ino;
}
