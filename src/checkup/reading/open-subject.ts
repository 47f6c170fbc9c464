/**
 * Opens a configuration for a check.
 *
 * @module
 */
import type { UserDatabase } from '../../config/host.ts';
import { type OpenedConfig, openConfig } from '../../config/load.ts';
import { systemUsers } from '../../config/tables/users.ts';
import { endlessKind } from '../../config/text/include.ts';
import { Source } from '../../config/text/source.ts';
import { ConfigError } from '../../config/types.ts';
import { readFileSync, statSync } from '../../io/files.ts';
import type { ReadError, Subject } from '../subject.ts';
import { indexLines } from './line-index.ts';
import { PatienceError, readPatiently } from './patient-read.ts';
import { readTolerantly } from './tolerant-read.ts';

export interface SubjectOptions {
  readonly file: string;
  /** The environment that the daemon would have. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly users?: UserDatabase;
  /** How long to wait for the end of a main file that is a pipe; 5000. */
  readonly limitMs?: number;
}

const LIMIT_MS = 5000;
const INCLUDE = { section: 'include', key: 'files' } as const;

/** Reads a configuration and everything that it includes. Nothing is changed, and no FIFO is waited for without end. */
export async function openSubject({
  file,
  environment,
  users = systemUsers,
  limitMs = LIMIT_MS,
}: SubjectOptions): Promise<Subject> {
  const texts = new Map<string, string>();
  const specialFiles: string[] = [];
  const errors: ReadError[] = [];
  const main = await readMain(file, limitMs);
  const readFile = (path: string): Buffer => {
    const endless = path === file ? null : endlessKind(path);
    if (endless !== null) {
      errors.push({ ...INCLUDE, message: `included file ${path} is ${endless}, which may have no end` });
      throw new Error(`${path} is not read`);
    }
    const bytes = path === file && main instanceof Buffer ? main : readIncluded(path, specialFiles);
    texts.set(path, bytes.toString('utf8'));
    return bytes;
  };
  let opened: OpenedConfig | null = null;
  try {
    if (main instanceof PatienceError) {
      throw new ConfigError(`could not read config file ${file}: ${main.message}`);
    }
    opened = openConfig({ file, environment, readFile, takesEndlessFiles: true, users });
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    errors.push({ ...(error.place ?? { section: null, key: null }), message: error.message });
  }
  const reading = opened === null ? null : readTolerantly(opened);
  return {
    file,
    source: opened?.source ?? new Source(),
    lines: indexLines(texts),
    texts,
    config: reading?.config ?? null,
    errors: [...errors, ...(reading?.errors ?? [])],
    specialFiles,
    environment,
    users,
  };
}

/** The bytes; a failure that the daemon has too is left to its reader (null). */
async function readMain(file: string, limitMs: number): Promise<Buffer | PatienceError | null> {
  try {
    return await readPatiently(file, limitMs);
  } catch (error) {
    return error instanceof PatienceError ? error : null;
  }
}

/** @throws ErrnoException, and for what is not a regular file: the daemon passes over it */
function readIncluded(path: string, specialFiles: string[]): Buffer {
  if (!statSync(path).isFile()) {
    specialFiles.push(path);
    throw new Error(`${path} is not a regular file`);
  }
  return readFileSync(path);
}
