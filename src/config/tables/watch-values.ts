/**
 * The values of the keys for files whose changes restart a program.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** Patterns of file names, with commas between. */
export const filePatterns: ValueType<readonly string[]> = {
  name: 'patterns',
  about:
    'Patterns with `*`, `?`, `[a-z]` and `[!a-z]`, separated by commas. One with a `/` is compared with the path from the watched folder on, the others with the name of the file.',
  parse: (value) => {
    const patterns = value
      .split(',')
      .map(strip)
      .filter((pattern) => pattern !== '');
    if (patterns.length === 0) throw new ConfigError('restart_file_pattern has no pattern');
    return patterns;
  },
  format: (patterns) => patterns.join(','),
};

/** A folder that need not exist. */
export const watchedFolder: ValueType<string> = {
  name: 'folder',
  about: 'The path of a folder, which need not exist yet.',
  parse: (value) => {
    const path = strip(value);
    if (path === '') throw new ConfigError('restart_directory_monitor has no folder');
    return path;
  },
  format: (value) => value,
};
