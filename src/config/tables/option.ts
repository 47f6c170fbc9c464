/**
 * What a row of an option table is: one key of a section, with everything that is derived from it.
 *
 * Reading order, defaults, configuration types, diff, dump, journal record, sample file, JSON schema and the
 * reference page come from the rows. To add a key is to add a row.
 *
 * @module
 */

import type { Host } from '../host.ts';
import type { Quoting } from '../text/environment-list.ts';

/** Where a text stands; some types look for files from there, or name the section in their errors. */
export interface Place {
  readonly section: string;
  /** Path of the main file. */
  readonly file: string;
  /** How environment lists are quoted; as in stock supervisord if left out. */
  readonly quoting?: Quoting;
  /** Whether what the reference does not know is read; it is if left out. */
  readonly hasExtensions?: boolean;
}

/** A JSON schema for the values of a key, as a file in JSON, YAML or TOML has them. */
export interface ValueSchema {
  readonly type: string | readonly string[];
  /** For texts; they match from the beginning to the end. */
  readonly pattern?: string;
}

/** How a value is written, read and shown. */
export interface ValueType<V> {
  /** What the reference page calls it. */
  readonly name: string;
  /** The form of its texts, for the reference page, where the name alone does not show it. */
  readonly about?: string;
  /** @throws ConfigError in the reference's words */
  parse(text: string, host: Host, place?: Place): V;
  /**
   * The text that `parse` reads back to the same value.
   *
   * @param quoting how environment lists are quoted; as in stock supervisord if left out
   */
  format(value: V, quoting?: Quoting): string;
  /** The value in `getAllConfigInfo`; the value itself if left out. */
  shown?(value: V): string | number | boolean;
  /** The form of a value, for editors; any text if left out. Expansions are allowed as well. */
  readonly schema?: ValueSchema;
  /** Whether a new value has the same effect as the active one; equality if left out. */
  isSame?(active: V, next: V): boolean;
  /** For a key that is live: whether a change between these two values needs a restart nevertheless. */
  needsRestart?(active: V | null, next: V | null): boolean;
}

/**
 * Where the value of a key is in the configuration: `name`, or `folder.name` for one level more. `*`: the members of the
 * value are members of the configuration itself. Null: the value only decides how the rest is read.
 */
export type Field = string | null;

/**
 * When a value is read: once for its section, or once for each process of it, so that it may use `%(process_num)s`.
 */
export type OptionScope = 'section' | 'process';

/** What makes a changed value take effect: a restart of the program, `update` alone, or the next start of the daemon. */
export type Change = 'restart' | 'live' | 'next start';

/** The name that the error of a failed expansion gives to the value. */
export type ExpansionLabel = 'section.key' | 'key';

/** One key of a section. */
export interface Option<V = unknown, F extends Field = Field, N extends boolean = boolean> {
  readonly field: F;
  readonly type: ValueType<V>;
  /** Text that stands for a key that is missing, not expanded; null: the value is null then. */
  readonly default: string | null;
  /** The key whose value stands for a missing one: of the same section, or `supervisord.key`. It has to come earlier. */
  readonly defaultFrom: string | null;
  /** The error for a section without the key, where the key is required; `{section}` in it is the section's name. */
  readonly missing: string | null;
  readonly isNullable: N;
  /** One sentence for the sample file and the reference page. */
  readonly help: string;
  readonly scope: OptionScope;
  /** How the text is expanded before it is read: once in general, not at all, or twice. */
  readonly expansion: readonly ExpansionLabel[];
  readonly change: Change;
  /** The version of this package that knew the key first. */
  readonly since: string;
  /** True for a key that the reference ignores. */
  readonly isExtension: boolean;
  /** A value for the sample file, where it is not the default. */
  readonly example: string | null;
  /**
   * Checks the value together with those of earlier keys, and with whether other keys are written at all.
   *
   * @throws ConfigError
   */
  readonly check:
    | ((known: (key: string) => unknown, section: string, isWritten: (key: string) => boolean) => void)
    | null;
}

/** Rows by key, in the order in which the reference finds what is wrong; extensions stand behind. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The key of `[supervisord]` that decides whether extensions are read; the key itself is always read. */
export const EXTENSIONS_KEY = 'extensions';

/** What may be left out of a row. */
interface RowDefaults<D extends string | null, S extends string | null, M> {
  readonly default: D;
  readonly defaultFrom: S;
  readonly missing: M;
  readonly scope: OptionScope;
  readonly expansion: readonly ExpansionLabel[];
  readonly change: Change;
  readonly example: string | null;
  readonly check: Option['check'];
}

type Row<V, F extends Field, D extends string | null, S extends string | null, M extends string | null> = {
  readonly field: F;
  readonly type: ValueType<V>;
  readonly help: string;
} & Partial<RowDefaults<D, S, M>>;

/** Null is possible where a missing key neither has a default nor is an error. */
type Nullable<D, S, M> = D extends string
  ? false
  : S extends string
    ? false
    : M extends string
      ? false
      : true;

/** A key that the reference knows. */
export function stock<
  V,
  const F extends Field,
  const D extends string | null = null,
  const S extends string | null = null,
  const M extends string | null = null,
>(row: Row<V, F, D, S, M>): Option<V, F, Nullable<D, S, M>> {
  return complete(row, '0.1.0', false);
}

/** A key that the reference ignores; it is ignored here too where `[supervisord] extensions` is off. */
export function extension<
  V,
  const F extends Field,
  const D extends string | null = null,
  const S extends string | null = null,
  const M extends string | null = null,
>({ since, ...row }: Row<V, F, D, S, M> & { readonly since: string }): Option<V, F, Nullable<D, S, M>> {
  return complete<V, F, D, S, M>({ scope: 'process', ...row } as Row<V, F, D, S, M>, since, true);
}

function complete<
  V,
  F extends Field,
  D extends string | null,
  S extends string | null,
  M extends string | null,
>(row: Row<V, F, D, S, M>, since: string, isExtension: boolean): Option<V, F, Nullable<D, S, M>> {
  const {
    field,
    type,
    help,
    missing = null,
    defaultFrom = null,
    scope = 'section',
    change = 'restart',
  } = row;
  const isNullable = row.default == null && defaultFrom === null && missing === null;
  return {
    field,
    type,
    default: row.default ?? null,
    defaultFrom,
    missing,
    isNullable: isNullable as Nullable<D, S, M>,
    help,
    scope,
    expansion: row.expansion ?? ONCE,
    change,
    since,
    isExtension,
    example: row.example ?? null,
    check: row.check ?? null,
  };
}

const ONCE: readonly ExpansionLabel[] = ['section.key'];

/** What a key of a table reads as. */
export type OptionValue<O> =
  O extends Option<infer V, Field, infer N> ? (N extends true ? V | null : V) : never;

/** The configuration that the rows of a table describe. */
export type ConfigOf<T> = Nested<FieldsOf<T>> & SpreadOf<T>;

type FieldsOf<T> = {
  readonly [K in keyof T as Exclude<PathOf<T[K]>, '*'>]: OptionValue<T[K]>;
};

type PathOf<O> = O extends { readonly field: infer F extends string } ? F : never;

type Head<P> = P extends `${infer H}.${string}` ? H : P;

type Nested<F> = {
  readonly [H in Head<keyof F & string>]: H extends keyof F
    ? F[H]
    : { readonly [P in keyof F & string as P extends `${H}.${infer R}` ? R : never]: F[P] };
};

type SpreadOf<T> = Combined<
  { [K in keyof T]: T[K] extends { readonly field: '*' } ? OptionValue<T[K]> : never }[keyof T]
>;

/** Without a value there are no members. */
type Combined<V> = [V] extends [never] ? unknown : V;
