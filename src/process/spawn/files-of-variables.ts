/**
 * The variables of a program that has `env_files` or `secret_files`.
 *
 * @module
 */
import { closeSync, constants, fstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvironmentFile, type SecretFile, VARIABLE_NAME } from '../../config/tables/file-list.ts';
import { glob } from '../../config/text/glob.ts';
import type { ProcessConfig } from '../../config/types.ts';
import { openSync } from '../../io/files.ts';
import { hasWildcard } from '../../python/fnmatch.ts';
import { fsdecode } from '../../python/fs-encoding.ts';
import { EnvironmentSyntaxError, parseEnvironmentFile } from './environment-file.ts';
import { EnvironmentFileError } from './environment-file-error.ts';

type Variables = Readonly<Record<string, string>>;

/** Longest file that is read, in bytes: more does not fit into the environment of a process. */
const MAX_BYTES = 1024 * 1024;

export interface ProgramVariables {
  /** For a program without such files that is `config.environment` itself, and where they cannot be used too. */
  readonly environment: Variables;
  /** Why the files cannot be used, and the program not be started; null where they can. */
  readonly failure: string | null;
  /** The values of `secret_files`; left out where there are none. */
  readonly secrets?: readonly string[];
}

/** Reads them. */
export function withFiles(config: ProcessConfig): ProgramVariables {
  try {
    return { ...variablesOf(config), failure: null };
  } catch (error) {
    if (error instanceof EnvironmentFileError) {
      return { environment: config.environment, failure: error.message };
    }
    throw error;
  }
}

/** @throws EnvironmentFileError */
function variablesOf(config: ProcessConfig): Pick<ProgramVariables, 'environment' | 'secrets'> {
  const { environment, environmentFiles, secretFiles, ownVariables } = config;
  const variables = new Map(Object.entries(environment));
  const own = new Set(ownVariables);
  for (const file of environmentFiles) {
    for (const [name, value] of fromEnvironmentFile(file, config.directory)) {
      if (!own.has(name)) {
        variables.set(name, value);
      }
    }
  }
  const secrets = secretFiles.flatMap((file) => fromSecretFile(file, config.directory));
  for (const [name, value] of secrets) {
    variables.set(name, value);
  }
  return {
    environment: Object.fromEntries(variables),
    ...(secrets.length === 0 ? {} : { secrets: secrets.map(([, value]) => value) }),
  };
}

function fromEnvironmentFile(
  { path, isOptional }: EnvironmentFile,
  directory: string | null,
): Iterable<[string, string]> {
  const file = fromDirectory(path, directory);
  const bytes = read('env_files', file, isOptional);
  if (bytes === null) {
    return [];
  }
  try {
    return parseEnvironmentFile(checkedText('env_files', file, bytes));
  } catch (error) {
    if (error instanceof EnvironmentSyntaxError) {
      throw new EnvironmentFileError(`env_files: ${file}, line ${error.line}: ${error.message}`);
    }
    throw error;
  }
}

/** The text of a secret is never part of an error. */
function fromSecretFile({ name, path }: SecretFile, directory: string | null): [string, string][] {
  const pattern = fromDirectory(path, directory);
  const files = name === null && hasWildcard(pattern) ? glob(pattern).sort() : [pattern];
  const variables: [string, string][] = [];
  for (const file of files) {
    const variable = name ?? file.slice(file.lastIndexOf('/') + 1);
    if (!VARIABLE_NAME.test(variable)) {
      throw new EnvironmentFileError(`secret_files: ${file} has not the name of a variable`);
    }
    const bytes = read('secret_files', file, false) ?? Buffer.alloc(0);
    variables.push([variable, checkedText('secret_files', file, bytes).replace(/\r?\n$/, '')]);
  }
  return variables;
}

/** Relative paths begin in the folder of the program, where it has one. */
function fromDirectory(path: string, directory: string | null): string {
  return path.startsWith('/') || directory === null ? path : join(directory, path);
}

function checkedText(key: string, file: string, bytes: Buffer): string {
  if (bytes.includes(0)) {
    throw new EnvironmentFileError(`${key}: ${file} contains a NUL byte`);
  }
  return fsdecode(bytes);
}

/** Null for a file that may be missing, and is. A FIFO or a device is refused: it could block the daemon. */
function read(key: string, file: string, isOptional: boolean): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isOptional && code === 'ENOENT') {
      return null;
    }
    throw new EnvironmentFileError(`${key}: ${file} cannot be read: ${code}`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      throw new EnvironmentFileError(`${key}: ${file} is not a regular file`);
    }
    if (stats.size > MAX_BYTES) {
      throw new EnvironmentFileError(`${key}: ${file} is longer than ${MAX_BYTES} bytes`);
    }
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
