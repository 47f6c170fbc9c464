/**
 * Renames a log that rotates, and its backups, and opens an empty one.
 *
 * @module
 */
import { existsSync, renameSync, unlinkSync } from '../../io/files.ts';
import { inGuardedFolder } from '../../io/guarded-path.ts';
import {
  type NamedDestination,
  type OpenedDestination,
  openFresh,
  openTruncated,
} from '../log-destination.ts';
import { errorCode } from '../log-errors.ts';
import { type Backups, backupEnds } from './backup-names.ts';

/**
 * The file becomes `.1`, `.1` becomes `.2` and so on; without backups it is emptied.
 *
 * @returns what is to be written to from now on, open beside the old file
 * @throws Error of the system call, ForeignLinkError; the log has its name then
 */
export function rotate(target: NamedDestination, backups: Backups): OpenedDestination {
  if (backups.count === 0) return openTruncated(target);
  inGuardedFolder(target.path, (path) => shift(path, backups));
  try {
    return openFresh(target);
  } catch (error) {
    inGuardedFolder(target.path, (path) => renameIfThere(`${path}.1`, path));
    throw error;
  }
}

/**
 * The oldest backup stays where no other takes its name, as where another program has moved the log away. It is removed
 * and not renamed over: for a rename over a file ext4 writes the new one to the disk at once, which costs 0.1 cpu s for
 * a GB of logs, most of which would never have to be written.
 */
function shift(path: string, { count, compression }: Backups): void {
  const ends = backupEnds(compression);
  const removeOldest = (): void => {
    for (const end of ends) unlinkIfThere(`${path}.${count}${end}`);
  };
  for (let index = count - 1; index > 0; index -= 1) {
    const there = ends.filter((end) => existsSync(`${path}.${index}${end}`));
    if (there.length > 0 && index + 1 === count) removeOldest();
    for (const end of there) renameIfThere(`${path}.${index}${end}`, `${path}.${index + 1}${end}`);
  }
  if (count === 1) removeOldest();
  renameIfThere(path, `${path}.1`);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
