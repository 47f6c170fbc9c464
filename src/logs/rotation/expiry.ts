/**
 * Removes rotated logs that have reached their age (`stdout_logfile_maxage=`).
 *
 * @module
 */
import { lstatSync, unlinkSync } from '../../io/files.ts';
import { inGuardedFolder } from '../../io/guarded-path.ts';
import { type Backups, backupEnds } from './backup-names.ts';

/**
 * Removes the backups that were written last before the age began.
 *
 * @returns when the next one reaches the age, in milliseconds since the epoch; infinity where none does
 * @throws ErrnoException, ForeignLinkError
 */
export function removeExpired(
  path: string,
  { count, compression }: Backups,
  maxAgeMs: number,
  nowMs: number,
): number {
  let nextMs = Number.POSITIVE_INFINITY;
  inGuardedFolder(path, (guarded) => {
    for (let index = count; index > 0; index -= 1) {
      for (const end of backupEnds(compression)) {
        const backup = `${guarded}.${index}${end}`;
        const expiresMs = endOf(backup, maxAgeMs);
        if (expiresMs <= nowMs) unlinkSync(backup);
        else nextMs = Math.min(nextMs, expiresMs);
      }
    }
  });
  return nextMs;
}

function endOf(backup: string, maxAgeMs: number): number {
  const found = lstatSync(backup, { throwIfNoEntry: false });
  return found?.isFile() ? found.mtimeMs + maxAgeMs : Number.POSITIVE_INFINITY;
}
