/**
 * The lock on a runtime folder: of two daemons with one pidfile only the first keeps its journal and its FIFOs there,
 * also where both start at once.
 *
 * @module
 */
import { closeSync, constants } from 'node:fs';
import { openSync } from '../../io/files.ts';
import { lock } from '../../native/posix.ts';

/** Returns a function that unlocks the folder, or null if another daemon has locked it. */
export function lockFolder(folder: string): (() => void) | null {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return () => {};
  }
  try {
    if (!lock(fd)) {
      closeSync(fd);
      return null;
    }
  } catch {
    // A file system without locks: the pid in the journal is what other daemons go by.
  }
  return () => closeSync(fd);
}
