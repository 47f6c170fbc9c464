/**
 * The values of `env_files=` and `secret_files=`: files that are read at each start of a process.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** One entry of `env_files=`. */
export interface EnvironmentFile {
  readonly path: string;
  /** A leading `-`: a file that does not exist has no variables. */
  readonly isOptional: boolean;
}

/** One entry of `secret_files=`. */
export interface SecretFile {
  /** The variable; null takes the name of the file, and allows patterns in the path. */
  readonly name: string | null;
  readonly path: string;
}

/** What a variable may be called in a file or a list. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Paths with commas between; a leading `-` marks one that may be missing. */
export const environmentFiles: ValueType<readonly EnvironmentFile[]> = {
  name: 'files',
  about: 'Paths, separated by commas; a file with a leading `-` may be missing.',
  parse: (value) => entriesOf(value, parseEnvironmentFile),
  format: (files) => files.map(({ path, isOptional }) => `${isOptional ? '-' : ''}${path}`).join(','),
  schema: { type: 'string' },
};

/** `NAME:/path` or `/path/with/*`, with commas between. */
export const secretFiles: ValueType<readonly SecretFile[]> = {
  name: 'secrets',
  about: '`NAME:PATH`, or `PATH` if the file has the name of the variable; separated by commas.',
  parse: (value) => entriesOf(value, parseSecretFile),
  format: (files) => files.map(({ name, path }) => (name === null ? path : `${name}:${path}`)).join(','),
  schema: { type: 'string' },
};

function entriesOf<E>(value: string, parse: (entry: string) => E): readonly E[] {
  const entries = value
    .split(/[,\n]/)
    .map(strip)
    .filter((entry) => entry !== '');
  return entries.map(parse);
}

function parseEnvironmentFile(entry: string): EnvironmentFile {
  const isOptional = entry.startsWith('-');
  const path = strip(isOptional ? entry.slice(1) : entry);
  if (path === '') {
    throw new ConfigError(`'${entry}' names no file`);
  }
  return { path, isOptional };
}

function parseSecretFile(entry: string): SecretFile {
  const colon = entry.indexOf(':');
  const isNamed = colon >= 0 && !entry.slice(0, colon).includes('/');
  const name = isNamed ? strip(entry.slice(0, colon)) : null;
  const path = isNamed ? strip(entry.slice(colon + 1)) : entry;
  if (path === '' || (name !== null && !VARIABLE_NAME.test(name))) {
    throw new ConfigError(`'${entry}' is not a secret: write NAME:PATH or PATH`);
  }
  return { name, path };
}
