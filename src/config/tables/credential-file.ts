/**
 * The values of `username_file=` and `password_file=`: files that are read with the configuration.
 *
 * @module
 */
import { readFileSync, statSync } from '../../io/files.ts';
import { errnoMessage } from '../../native/posix.ts';
import { ConfigError } from '../config-error.ts';
import { normalizePath } from '../text/paths.ts';
import type { Option, ValueType } from './option.ts';

export interface CredentialFile {
  readonly path: string;
  /** Its content without the line end behind it. */
  readonly text: string;
  /** All users of the machine may read it. */
  readonly isPublic: boolean;
}

/** More than this is not a name or a password, in bytes. */
const MOST_BYTES = 4096;
const READABLE_FOR_ALL = 0o004;

/** @param key of the row, for its errors */
export function credentialFile(key: string): ValueType<CredentialFile> {
  return {
    name: 'file',
    about: 'The path of a file with one line.',
    parse: (value, host) => readCredential(key, normalizePath(value, host)),
    format: ({ path }) => path,
    isSame: (active, next) => active?.path === next?.path && active?.text === next?.text,
  };
}

/** @throws ConfigError that names the file */
function readCredential(key: string, path: string): CredentialFile {
  const refuse = (reason: string): never => {
    throw new ConfigError(`${key} ${path} cannot be used: ${reason}`);
  };
  try {
    const stats = statSync(path);
    // A pipe would hold up the daemon.
    if (!stats.isFile()) refuse('not a regular file');
    if (stats.size > MOST_BYTES) refuse(`more than ${MOST_BYTES} bytes`);
    const text = readFileSync(path)
      .toString()
      .replace(/\r?\n$/, '');
    if (text === '') refuse('it is empty');
    if (/[\r\n\0]/.test(text)) refuse('more than one line');
    return { path, text, isPublic: (stats.mode & READABLE_FOR_ALL) !== 0 };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return refuse(errnoMessage(-((error as NodeJS.ErrnoException).errno ?? 0)));
  }
}

/** Refuses a section that has both keys. */
export function insteadOf(key: string, fileKey: string): Option['check'] {
  return (known, section) => {
    if (known(key) !== null && known(fileKey) !== null) {
      throw new ConfigError(`[${section}] has both ${key} and ${fileKey}`);
    }
  };
}
