/**
 * Reads a section by its table: one walk over the rows, in their order.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { ConfigError, readingAt } from '../config-error.ts';
import type { Host } from '../host.ts';
import { expand, type Scope } from '../text/expansion.ts';
import type { Source } from '../text/source.ts';
import { DAEMON_PREFIX, ownDefault } from './defaults.ts';
import { type ConfigOf, EXTENSIONS_KEY, type OptionTable, type OptionValue, type Place } from './option.ts';
import { blankConfig, rowOf, rowsOf, type Values, type WalkedRow, withValues } from './record.ts';

/** What all sections of a configuration are read from. */
export interface Reading {
  /** Path of the main file, as it was given. */
  readonly file: string;
  readonly source: Source;
  readonly host: Host;
  /** The value of a key of `[supervisord]`, for rows whose default comes from there. */
  readonly daemonValue?: (key: string) => unknown;
}

export interface SectionReader<T extends OptionTable> {
  /** The value of one key, expanded in `scope` and checked. @throws ConfigError */
  value<K extends keyof T & string>(key: K, scope: Scope): OptionValue<T[K]>;
  /** The text of one key, expanded in `scope`; the default where it is missing. @throws ConfigError */
  text(key: keyof T & string, scope: Scope): string | null;
  /**
   * The values of these rows, in the order of the table.
   *
   * @param scopeOf the names that a row may use
   * @throws ConfigError
   */
  values(rows: readonly WalkedRow[], scopeOf: (row: WalkedRow) => Scope): Values;
  /** The configuration that the whole table describes. @throws ConfigError */
  config(scopeOf: (row: WalkedRow) => Scope): ConfigOf<T>;
}

/** A reader of a section by a table. */
export function sectionReader<T extends OptionTable>(
  reading: Reading,
  section: string,
  table: T,
): SectionReader<T> {
  const { source, host, file } = reading;
  const place = { section, file, quoting: source.quoting, hasExtensions: source.hasExtensions };
  const done = new Map<string, unknown>();

  const defaultOf = ({ key, row }: WalkedRow): unknown => {
    if (row.missing !== null) {
      throw new ConfigError(row.missing.replace('{section}', () => section));
    }
    const { defaultFrom } = row;
    if (defaultFrom === null) {
      return ownDefault(row, host, place);
    }
    const value = defaultFrom.startsWith(DAEMON_PREFIX)
      ? reading.daemonValue?.(defaultFrom.slice(DAEMON_PREFIX.length))
      : done.get(defaultFrom);
    if (value === undefined) {
      throw new Error(`${key}: ${defaultFrom}, which its default comes from, has not been read before it`);
    }
    return value;
  };

  const textOf = ({ key, row }: WalkedRow): string | null =>
    row.isExtension && !source.hasExtensions && key !== EXTENSIONS_KEY ? null : source.get(section, key);

  const isWritten = (key: string): boolean => textOf(rowOf(table, key)) !== null;

  const expanded = ({ key, row }: WalkedRow, raw: string, scope: Scope): string => {
    let text = raw;
    for (const label of row.expansion) {
      text = expand(text, scope, label === 'key' ? key : `${section}.${key}`);
    }
    return text;
  };

  const read = (walked: WalkedRow, scope: Scope): unknown =>
    readingAt(section, walked.key, () => readRow(walked, scope));

  const readRow = (walked: WalkedRow, scope: Scope): unknown => {
    const { key, row } = walked;
    const raw = textOf(walked);
    try {
      const value =
        raw === null ? defaultOf(walked) : row.type.parse(expanded(walked, raw, scope), host, place);
      done.set(key, value);
      row.check?.((other) => done.get(other), section, isWritten);
      return value;
    } catch (error) {
      if (!row.isExtension || !(error instanceof ConfigError)) {
        throw error;
      }
      throw locatedError(error, source, place);
    }
  };

  const values = (rows: readonly WalkedRow[], scopeOf: (row: WalkedRow) => Scope): Values => {
    const found: Values = new Map();
    for (const row of rows) {
      found.set(row, read(row, scopeOf(row)));
    }
    return found;
  };

  return {
    value: (key, scope) => read(rowOf(table, key), scope) as OptionValue<T[typeof key]>,
    text: (key, scope) => {
      const row = rowOf(table, key);
      const raw = textOf(row);
      return raw === null ? row.row.default : expanded(row, raw, scope);
    },
    values,
    config: (scopeOf) => withValues(blankConfig(table), values(rowsOf(table), scopeOf)),
  };
}

/** The same error, with section and file behind it unless they are there already. */
export function locatedError(error: ConfigError, source: Source, { section, file }: Place): ConfigError {
  if (error.isLocated) {
    return error;
  }
  const origin = source.includedFrom.get(section) ?? file;
  const located = new ConfigError(
    `${error.message} in section ${pythonRepr(section)} (file: ${pythonRepr(origin)})`,
    true,
  );
  located.place = error.place ?? { section, key: null };
  return located;
}
