/**
 * Files that are read as a part of the configuration, as those with passwords and certificates.
 *
 * @module
 */
import { readFileSync, statSync } from '../../io/files.ts';
import { errnoMessage } from '../../native/posix.ts';
import { ConfigError } from '../config-error.ts';

export interface SmallFile {
  readonly path: string;
  readonly text: string;
  /** All users of the machine may read it. */
  readonly isPublic: boolean;
}

const READABLE_FOR_ALL = 0o004;

/**
 * Reads a file and checks its text.
 *
 * @param key of the row, for the error
 * @param read makes the value of the text, and throws an Error with what is wrong with it
 * @throws ConfigError that names key and file
 */
export function readSmallFile(
  key: string,
  path: string,
  maxBytes: number,
  read: (text: string) => string,
): SmallFile {
  try {
    const stats = statSync(path);
    // A pipe would hold up the daemon.
    if (!stats.isFile()) throw new Error('not a regular file');
    if (stats.size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    const text = read(readFileSync(path).toString());
    return { path, text, isPublic: (stats.mode & READABLE_FOR_ALL) !== 0 };
  } catch (error) {
    throw new ConfigError(`${key} ${path} cannot be used: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

function reasonOf({ errno, syscall, message }: NodeJS.ErrnoException): string {
  return errno === undefined || syscall === undefined ? message : errnoMessage(-errno);
}
