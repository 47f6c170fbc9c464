/**
 * Configurations as their tables describe them: plain objects with a member for each field.
 *
 * @module
 */
import type { ConfigOf, Option, OptionTable } from './option.ts';

/** A row, and the parts of its field. */
export interface WalkedRow {
  readonly key: string;
  readonly row: Option;
  /** The member of the configuration; null where the value is in none. */
  readonly head: string | null;
  /** The member within that one, for a field with a dot. */
  readonly rest: string | null;
}

/** Values by row, in the order in which they were read. */
export type Values = Map<WalkedRow, unknown>;

type Members = Record<string, unknown>;

/** The rows of a table in their order. */
export function rowsOf(table: OptionTable): readonly WalkedRow[] {
  let rows = ROWS.get(table);
  if (rows === undefined) {
    rows = Object.entries(table).map(([key, row]) => {
      const [head = null, rest = null] = row.field?.split('.') ?? [];
      return { key, row, head, rest };
    });
    ROWS.set(table, rows);
  }
  return rows;
}

const ROWS = new WeakMap<OptionTable, readonly WalkedRow[]>();

/** The row of a key. @throws Error where the table has none */
export function rowOf(table: OptionTable, key: string): WalkedRow {
  let rows = BY_KEY.get(table);
  if (rows === undefined) {
    rows = new Map(rowsOf(table).map((row) => [row.key, row]));
    BY_KEY.set(table, rows);
  }
  const row = rows.get(key);
  if (row === undefined) {
    throw new Error(`no row of the table has the key ${key}`);
  }
  return row;
}

const BY_KEY = new WeakMap<OptionTable, ReadonlyMap<string, WalkedRow>>();

/** The value that a configuration has for a row; for `*` the configuration itself, and undefined for a row without a field. */
export function fieldValue(config: object, { head, rest }: WalkedRow): unknown {
  if (head === null) {
    return undefined;
  }
  if (head === '*') {
    return config;
  }
  const value = (config as Members)[head];
  return rest === null ? value : (value as Members | undefined)?.[rest];
}

/**
 * A configuration with all members of the table, each null. All configurations of a table have one hidden class, with
 * the members inside of the object: `JSON.parse` makes such objects, and a spread keeps the class.
 */
export function blankConfig<T extends OptionTable>(table: T): ConfigOf<T> {
  let blank = BLANKS.get(table);
  if (blank === undefined) {
    const members: Members = {};
    for (const { head, rest } of rowsOf(table)) {
      if (head === null || head === '*') {
        continue;
      }
      members[head] = rest === null ? null : { ...(members[head] as Members | undefined), [rest]: null };
    }
    blank = JSON.parse(JSON.stringify(members)) as Members;
    BLANKS.set(table, blank);
  }
  return blank as ConfigOf<T>;
}

const BLANKS = new WeakMap<OptionTable, Members>();

/** A copy with other values; folders in which no value differs are shared with the original. */
export function withValues<C extends object>(config: C, values: Values): C {
  const original = config as Members;
  const copy: Members = { ...original };
  for (const [{ head, rest }, value] of values) {
    if (head === null) {
      continue;
    }
    if (head === '*') {
      Object.assign(copy, value);
    } else if (rest === null) {
      copy[head] = value;
    } else {
      const folder = copy[head] as Members;
      if (folder[rest] !== value) {
        const own = folder === original[head] ? { ...folder } : folder;
        own[rest] = value;
        copy[head] = own;
      }
    }
  }
  return copy as C;
}
