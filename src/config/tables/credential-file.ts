/**
 * The values of `username_file=` and `password_file=`: files that are read with the configuration.
 *
 * @module
 */
import { ConfigError } from '../config-error.ts';
import { normalizePath } from '../text/paths.ts';
import type { Option, ValueType } from './option.ts';
import { readSmallFile, type SmallFile } from './small-file.ts';

/** The text is without the line end behind it. */
export type CredentialFile = SmallFile;

/** More than this is not a name or a password. */
const MOST_BYTES = 4096;

/** @param key of the row, for its errors */
export function credentialFile(key: string): ValueType<CredentialFile> {
  return {
    name: 'file',
    about: 'The path of a file with one line.',
    parse: (value, host) => readSmallFile(key, normalizePath(value, host), MOST_BYTES, oneLine),
    format: ({ path }) => path,
  };
}

/** @throws Error */
function oneLine(content: string): string {
  const text = content.replace(/\r?\n$/, '');
  if (text === '') throw new Error('it is empty');
  if (/[\r\n\0]/.test(text)) throw new Error('more than one line');
  return text;
}

/** Refuses a section that has both keys. */
export function refuseBothKeys(key: string, fileKey: string): Option['check'] {
  return (known, section) => {
    if (known(key) !== null && known(fileKey) !== null) {
      throw new ConfigError(`[${section}] has both ${key} and ${fileKey}`);
    }
  };
}
