/**
 * Writes the files of a service.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { chmodSync, mkdirSync, readFileSync, removeFile, renameSync, writeFileSync } from '../io/files.ts';
import type { ServiceFile } from './settings.ts';

/** A file is there with another text; nothing was written. */
export class FileInPlaceError extends Error {
  override readonly name = 'FileInPlaceError';
}

export interface InstalledFile {
  readonly path: string;
  readonly isChanged: boolean;
}

/**
 * Writes the files below the root, with the folders that are missing.
 *
 * @param isForced replaces files with another text
 * @throws FileInPlaceError, ErrnoException
 */
export function installFiles(
  files: readonly ServiceFile[],
  root: string,
  isForced: boolean,
): readonly InstalledFile[] {
  const planned = files.map((file) => {
    const path = posix.join(root, file.path);
    return { ...file, path, before: textOf(path) };
  });
  const inPlace = planned.find(({ before, text }) => before !== null && before !== text);
  if (inPlace !== undefined && !isForced) {
    throw new FileInPlaceError(`${inPlace.path} is there with another text; --force replaces it`);
  }
  return planned.map(({ path, text, mode, before }) => {
    if (before === text) {
      return { path, isChanged: false };
    }
    write(path, text, mode);
    return { path, isChanged: true };
  });
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    return null;
  }
}

/** A service manager that reads the file meanwhile sees the old or the new one. */
function write(path: string, text: string, mode: number): void {
  mkdirSync(posix.dirname(path), { recursive: true });
  const fresh = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    writeFileSync(fresh, text);
    chmodSync(fresh, mode);
    renameSync(fresh, path);
  } catch (error) {
    removeFile(fresh);
    throw error;
  }
}
