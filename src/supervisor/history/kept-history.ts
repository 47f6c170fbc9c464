/**
 * The file of the history is put back when a cleaner of temporary folders has removed it.
 *
 * @module
 */
import { fstatSync } from 'node:fs';
import { lstatSync } from '../../io/files.ts';
import { type KeptFile, REMOVED, REPLACED } from '../../io/folders/kept-file.ts';
import { renewTimes } from '../../native/posix.ts';
import type { History } from './history.ts';

/** Null where there is no file with a name yet. */
export function keptHistory(history: History): KeptFile | null {
  const { path } = history;
  if (path === null || history.descriptor === null) return null;
  return {
    path,
    label: `history ${path}`,
    look: () => {
      const { descriptor } = history;
      if (descriptor === null) return null;
      const found = lstatSync(path, { throwIfNoEntry: false });
      const { dev, ino } = fstatSync(descriptor);
      if (found?.dev === dev && found.ino === ino) return null;
      history.renew();
      return found === undefined ? REMOVED : REPLACED;
    },
    renew: () => renewTimes(path, true),
  };
}
