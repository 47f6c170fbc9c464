/**
 * A configuration as both sides read it: plain values by section and key, in the words of the file.
 *
 * @module
 */

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export type Values = Readonly<Record<string, Value>>;

export interface GroupReading {
  readonly name: string;
  readonly priority: number;
  readonly pool: Values | null;
  readonly processes: readonly Values[];
}

export interface Reading {
  /** By the keys of `[supervisord]`. */
  readonly daemon: Values;
  /** By their keys, and `section`. */
  readonly servers: readonly Values[];
  /** Processes by the keys of a program, with `process_name`. */
  readonly groups: readonly GroupReading[];
}
