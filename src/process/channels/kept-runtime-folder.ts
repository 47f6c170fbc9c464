/**
 * Keeps the runtime folder: it is made again, with the folder above it, as both were.
 *
 * @module
 */
import { dirname } from 'node:path';
import { chmodSync, lstatSync, mkdirSync } from '../../io/files.ts';
import { type Finding, type KeptFile, lost, REMOVED } from '../../io/folders/kept-file.ts';
import { renewTimes } from '../../native/posix.ts';

const PRIVATE = 0o700;
const PERMISSIONS = 0o7777;

export function keptRuntimeFolder(path: string): KeptFile {
  const above = dirname(path);
  const modes = new Map<string, number>();
  const look = (): Finding | null => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      makeAgain(above, modes.get(above));
      makeAgain(path, modes.get(path));
      return REMOVED;
    }
    if (!found.isDirectory() || found.uid !== process.geteuid?.()) {
      return lost('is not used: something of another user has its name');
    }
    modes.set(path, found.mode & PERMISSIONS);
    modes.set(above, lstatSync(above).mode & PERMISSIONS);
    return null;
  };
  // The folder above may be busy, as /dev/shm: changes in it are not watched.
  return { path, watched: path, label: `runtime folder ${path}`, look, renew: () => renewTimes(path, true) };
}

function makeAgain(folder: string, mode = PRIVATE): void {
  try {
    mkdirSync(folder, { mode });
    chmodSync(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}
