/**
 * The main file and what its `[include]` names.
 *
 * @module
 */

import type { Stats } from 'node:fs';
import { posix } from 'node:path';
import { descriptorOf } from '../../io/descriptor-path.ts';
import { existsSync, readFileSync, statSync } from '../../io/files.ts';
import { words } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { readDialect, type SectionsWritten } from './dialect.ts';
import { expand, type Scope } from './expansion.ts';
import { glob } from './glob.ts';
import { absolutePath, folderOf } from './paths.ts';
import { Source } from './source.ts';
import { decodeUtf8 } from './utf8.ts';

export interface SourceMessages {
  readonly warn: string[];
  readonly info: string[];
}

type ReadFile = (path: string) => Buffer;

export interface SourceOptions {
  /** Path of the main file. */
  readonly file: string;
  /** The main file's folder. */
  readonly here: string;
  /** The names that `[include] files` may use. */
  readonly scope: Scope;
  readonly messages: SourceMessages;
  /** How a file is read; from its path if left out. @throws ErrnoException */
  readonly readFile?: ReadFile;
  /** True leaves it to `readFile` to refuse included files that may have no end. */
  readonly takesEndlessFiles?: boolean;
}

/**
 * Reads a configuration with all files that it includes.
 *
 * @throws ConfigError also for an included file that may have no end, on which the reference waits for ever
 */
export function readSource(options: SourceOptions): Source {
  const { file, here, scope, messages, readFile = readFileSync, takesEndlessFiles = false } = options;
  const source = new Source();
  const touched = readDialect(readMainFile(file, readFile), file, source);
  if (!source.sections.has('include')) return source;

  expandHere(source, here, touched);
  const files = source.get('include', 'files');
  if (files === null) throw new ConfigError('.ini file has [include] section, but no files setting');
  const base = folderOf(absolutePath(file));
  for (const word of words(expand(files, scope, 'include.files'))) {
    const pattern = joinPath(base, word);
    const found = glob(pattern).sort();
    if (found.length === 0) messages.warn.push(`No file matches via include "${pattern}"`);
    for (const included of found) {
      messages.info.push(`Included extra file "${included}" during parsing`);
      const endless = takesEndlessFiles ? null : endlessKind(included);
      if (endless !== null) {
        throw new ConfigError(`included file ${included} is ${endless}, which may have no end`);
      }
      readIncluded(source, included, readFile);
    }
  }
  return source;
}

function readMainFile(file: string, readFile: ReadFile): string {
  if (!existsSync(file)) throw new ConfigError(`could not find config file ${file}`);
  let bytes: Buffer;
  try {
    bytes = readFile(file);
  } catch {
    throw new ConfigError(`could not read config file ${file}`);
  }
  return decodeUtf8(bytes);
}

/** An included file that cannot be opened is passed over, as in the reference. */
function readIncluded(source: Source, file: string, readFile: ReadFile): void {
  let bytes: Buffer;
  try {
    bytes = readFile(file);
  } catch {
    return;
  }
  const touched = readDialect(decodeUtf8(bytes), file, source);
  for (const section of touched.added) source.includedFrom.set(section, file);
  for (const [section, key] of touched.addedKeys) {
    const origins = source.addedKeys.get(section) ?? new Map<string, string>();
    source.addedKeys.set(section, origins.set(key, file));
  }
  expandHere(source, folderOf(absolutePath(file)), touched);
}

/** What a file is that may have no end; null for others. A descriptor has its writer already. */
export function endlessKind(file: string): string | null {
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch {
    return null;
  }
  if (descriptorOf(file) !== null) return null;
  if (stats.isFIFO()) return 'a named pipe';
  return (stats.isCharacterDevice() && stats.rdev !== NULL_DEVICE) || stats.isBlockDevice()
    ? 'a device'
    : null;
}

/** /dev/null */
const NULL_DEVICE = 0x103;

/** Puts the folder of the file that was just read into its values, before another file gives `%(here)s` another meaning. */
function expandHere(source: Source, here: string, touched: SectionsWritten): void {
  const sections = touched.defaults ? source.sections.keys() : touched.sections;
  for (const section of sections) {
    for (const [key, value] of source.entries(section)) {
      if (value.includes('%(here)s')) {
        source.sections.get(section)?.set(
          key,
          value.replaceAll('%(here)s', () => here),
        );
      }
    }
  }
}

/** Python's `os.path.join`: nothing is normalized. */
function joinPath(base: string, path: string): string {
  if (posix.isAbsolute(path)) return path;
  return base.endsWith('/') ? base + path : `${base}/${path}`;
}
