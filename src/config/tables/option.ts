/**
 * What a row of an option table is, and how a section is read by its table.
 *
 * @module
 */
import { expand, type Scope } from '../text/expansion.ts';
import type { Source } from '../text/source.ts';
import type { Host } from './host.ts';

/** How a value is written, read and shown. */
export interface ValueType<V> {
  /** What the reference pages call it. */
  readonly name: string;
  /** @throws ConfigError in the reference's words */
  parse(text: string, host: Host): V;
  /** The text that `parse` reads back to the same value. */
  format(value: V): string;
}

/** One key of a section. */
export interface Option<V, D extends string | null> {
  readonly type: ValueType<V>;
  /** Text that stands for a key that is not there; null: there is no value then. */
  readonly default: D;
  /** One sentence for the sample file and the reference pages. */
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, Option<unknown, string | null>>>;

/** What a key of a table reads as. */
export type OptionValue<O> = O extends Option<infer V, infer D> ? (null extends D ? V | null : V) : never;

/** A row: `default` is text as it would stand in the file. */
export function option<V, D extends string | null>(
  type: ValueType<V>,
  defaultText: D,
  help: string,
): Option<V, D> {
  return { type, default: defaultText, help };
}

/** Reads the keys of one section. */
export interface SectionReader<T extends OptionTable> {
  /** The value of a key, expanded in `scope` and checked. @throws ConfigError */
  value<K extends keyof T & string>(key: K, scope: Scope): OptionValue<T[K]>;
  /** The text of a key, expanded in `scope`; the default where it is missing. @throws ConfigError */
  text<K extends keyof T & string>(key: K, scope: Scope): T[K]['default'] | string;
  /** The text of a key as it stands in the file; the default where it is missing. */
  raw<K extends keyof T & string>(key: K): T[K]['default'] | string;
}

/** A reader of a section by a table. */
export function sectionReader<T extends OptionTable>(
  source: Source,
  section: string,
  table: T,
  host: Host,
): SectionReader<T> {
  const text = (key: string, scope: Scope): string | null => {
    const raw = source.get(section, key);
    return raw === null ? (table[key]?.default ?? null) : expand(raw, scope, `${section}.${key}`);
  };
  return {
    value: <K extends keyof T & string>(key: K, scope: Scope) => {
      const raw = source.get(section, key);
      const value =
        raw === null
          ? defaultValue(table[key], host)
          : table[key]?.type.parse(expand(raw, scope, `${section}.${key}`), host);
      return value as OptionValue<T[K]>;
    },
    text: <K extends keyof T & string>(key: K, scope: Scope) => text(key, scope) as T[K]['default'] | string,
    raw: <K extends keyof T & string>(key: K) =>
      (source.get(section, key) ?? table[key]?.default ?? null) as T[K]['default'] | string,
  };
}

/** What a missing key reads as; the same for every section, so it is read once. */
function defaultValue(row: Option<unknown, string | null> | undefined, host: Host): unknown {
  if (row === undefined || row.default === null) return null;
  let value = DEFAULTS.get(row);
  if (value === undefined) {
    value = row.type.parse(row.default, host);
    DEFAULTS.set(row, value);
  }
  return value;
}

const DEFAULTS = new WeakMap<object, unknown>();
