/**
 * The shape of what is kept in a file: tables of fields, each with a reader and a default. A field that is missing
 * reads as its default; fields that no table has are collected, so that they can be written again.
 *
 * @module
 */

/** An object as JSON.parse returns it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export interface Field<V> {
  /** What a file without the field means. */
  readonly fallback: V;
  /** Undefined where the value does not fit the field. */
  read(value: unknown): V | undefined;
  /** What stands in the file; the value itself if left out. Undefined leaves the field out. */
  write?(value: V): unknown;
  /** What of the value this version does not know; undefined where it knows all. */
  unknownIn?(value: unknown): unknown;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a table of fields reads as. */
export type Stored<T extends Fields> = { readonly [K in keyof T]: T[K] extends Field<infer V> ? V : never };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads every field of the table; one that is missing, or of another kind, has its default. */
export function readFields<T extends Fields>(fields: T, value: unknown): Stored<T> {
  const source = isObject(value) ? value : {};
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    const found = Object.hasOwn(source, name) ? field?.read(source[name]) : undefined;
    read[name] = found === undefined ? field?.fallback : found;
  }
  return read as Stored<T>;
}

/** The fields of the table as they are written, and what an earlier file had beside them. */
export function writeFields<T extends Fields>(
  fields: T,
  value: { readonly [K in keyof T]?: unknown },
  unknown: unknown = undefined,
): JsonObject {
  const written: Record<string, unknown> = {};
  for (const { name, write } of writersOf(fields)) {
    const own = value[name];
    if (own !== undefined) written[name] = write === undefined ? own : write(own);
  }
  return unknown === undefined ? written : withUnknown(written, unknown);
}

interface Writer {
  readonly name: string;
  readonly write: ((value: unknown) => unknown) | undefined;
}

/** A journal has a line for every change of every process: tables are taken apart once. */
function writersOf(fields: Fields): readonly Writer[] {
  let writers = WRITERS.get(fields);
  if (writers === undefined) {
    writers = Object.entries(fields).map(([name, field]) => ({ name, write: field.write?.bind(field) }));
    WRITERS.set(fields, writers);
  }
  return writers;
}

const WRITERS = new WeakMap<Fields, readonly Writer[]>();

/** Undefined where the table has all fields of the value. */
export function unknownFields(fields: Fields, value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  let unknown: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const part = field === undefined ? value[name] : field.unknownIn?.(value[name]);
    if (part !== undefined) {
      unknown ??= {};
      unknown[name] = part;
    }
  }
  return unknown;
}

/** What is written, and what an earlier file had beside it; only objects are put together. */
export function withUnknown(written: JsonObject, unknown: unknown): JsonObject {
  if (!isObject(unknown)) return written;
  const both: Record<string, unknown> = { ...written };
  for (const name of Object.keys(unknown)) {
    const own = written[name];
    if (isObject(own)) both[name] = withUnknown(own, unknown[name]);
    else if (own === undefined) both[name] = unknown[name];
  }
  return both;
}

export const text = (fallback: string): Field<string> => ({
  fallback,
  read: (value) => (typeof value === 'string' ? value : undefined),
});

export const number = (fallback: number): Field<number> => ({
  fallback,
  read: (value) => (typeof value === 'number' ? value : undefined),
});

export const flag = (fallback: boolean): Field<boolean> => ({
  fallback,
  read: (value) => (typeof value === 'boolean' ? value : undefined),
});

/** One of these texts. */
export function choice<V extends string>(values: readonly V[], fallback: V): Field<V> {
  return { fallback, read: (value) => values.find((one) => one === value) };
}

/** Also null, which is what a file without the field means. */
export function orNull<V>(field: Field<V>): Field<V | null> {
  const { write, unknownIn } = field;
  return {
    fallback: null,
    read: (value) => (value === null ? null : field.read(value)),
    ...(write === undefined
      ? {}
      : { write: (value: V | null) => (value === null ? null : write.call(field, value)) }),
    ...(unknownIn === undefined ? {} : { unknownIn: (value: unknown) => unknownIn.call(field, value) }),
  };
}

/** A field that a record need not have. */
export function optional<V>(field: Field<V>): Field<V | undefined> {
  return {
    ...field,
    fallback: undefined,
    write: (value) => (value === undefined ? value : (field.write?.(value) ?? value)),
  };
}

/** Items of another kind are left out. */
export function list<V>(item: Field<V>, fallback: readonly V[] = []): Field<readonly V[]> {
  return {
    fallback,
    ...(item.write === undefined
      ? {}
      : { write: (value: readonly V[]) => value.map((one) => item.write?.call(item, one)) }),
    read: (value) =>
      Array.isArray(value)
        ? value.map((one) => item.read(one)).filter((one) => one !== undefined)
        : undefined,
  };
}

/** Any names, with values of one kind; others are left out. */
export function dictionary<V>(item: Field<V>): Field<Readonly<Record<string, V>>> {
  return {
    fallback: {},
    ...(item.write === undefined
      ? {}
      : {
          write: (value: Readonly<Record<string, V>>) =>
            Object.fromEntries(
              Object.entries(value).map(([name, one]) => [name, item.write?.call(item, one)] as const),
            ),
        }),
    read: (value) => {
      if (!isObject(value)) return undefined;
      const read = Object.entries(value).map(([name, one]) => [name, item.read(one)] as const);
      return Object.fromEntries(read.filter((entry): entry is [string, V] => entry[1] !== undefined));
    },
  };
}

/** An object with a table of its own. */
export function object<T extends Fields>(fields: T): Field<Stored<T>> {
  return {
    fallback: readFields(fields, {}),
    read: (value) => (isObject(value) ? readFields(fields, value) : undefined),
    write: (value) => writeFields(fields, value),
    unknownIn: (value) => unknownFields(fields, value),
  };
}
