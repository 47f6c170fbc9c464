/**
 * The record of one process in a journal.
 *
 * @module
 */
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import type { Life } from '../../process/machine/life.ts';
import {
  type Field,
  flag,
  isObject,
  type JsonObject,
  number,
  object,
  optional,
  orNull,
  readFields,
  type Stored,
  text,
  unknownFields,
  withUnknown,
} from './schema.ts';
import { readConfig, unknownConfig, writeConfig } from './stored-config.ts';
import { hasState, storedMachine } from './stored-machine.ts';

const life: Field<Life | undefined> = {
  fallback: undefined,
  read: (value) => (value === 1 ? value : undefined),
};

/** The fields that change while a process exists. */
const CHANGING = {
  groupName: text(''),
  machine: storedMachine,
  startTicks: orNull(number(0)),
  base: orNull(text('')),
  autoLogs: object({ stdout: orNull(text('')), stderr: orNull(text('')) }),
  life,
  hook: optional(object({ pid: number(0), startTicks: number(0) })),
  isToStart: optional(flag(false)),
} satisfies { readonly [K in Exclude<keyof ProcessRecord, 'config' | 'unknown'>]-?: Field<ProcessRecord[K]> };

/** A line without the configuration names the process in its place. */
const CHANGE = { name: text(''), ...CHANGING };

/** All of a process. */
export function writeProcess(record: ProcessRecord): JsonObject {
  const { config, unknown } = record;
  const written = { ...writeConfig(config), ...changing(record) };
  return unknown === undefined ? written : withUnknown(written, unknown);
}

/** All but its configuration, which an earlier line has. */
export function writeChange(record: ProcessRecord): JsonObject {
  const { config, unknown } = record;
  const written = { name: config.name, ...changing(record) };
  return unknown === undefined ? written : withUnknown(written, unknownBesideConfig(unknown));
}

/** There is a line for every change of every process: no table is walked for it. */
function changing(record: ProcessRecord): Stored<typeof CHANGING> {
  const { groupName, machine, startTicks, base, autoLogs, life, hook, isToStart } = record;
  return { groupName, machine, startTicks, base, autoLogs, life, hook, isToStart };
}

function unknownBesideConfig(unknown: unknown): unknown {
  return isObject(unknown) ? withoutConfig(unknown) : unknown;
}

function withoutConfig({ config: _config, keys: _keys, ...others }: JsonObject): JsonObject {
  return others;
}

/**
 * The record that a line has.
 *
 * @param known of the same process, from an earlier line: what a line without a configuration goes on with
 * @returns what is wrong with it, where it is not a record
 */
export function readProcess(
  value: unknown,
  known: (group: string, name: string) => ProcessRecord | undefined,
): ProcessRecord | string {
  if (!isObject(value)) return 'no object';
  return Object.hasOwn(value, 'config') ? readWhole(value) : readChange(value, known);
}

function readWhole(value: JsonObject): ProcessRecord | string {
  const config = readConfig(value);
  if (config === undefined) return 'no name of a process';
  const { groupName, ...changing } = readFields(CHANGING, value);
  const unknown = joined(unknownConfig(value), unknownFields(CHANGING, withoutConfig(value)));
  // A program that is in no group has one of its own name.
  return { groupName: groupName || config.name, config, ...changing, ...unknown };
}

function readChange(
  value: JsonObject,
  known: (group: string, name: string) => ProcessRecord | undefined,
): ProcessRecord | string {
  const { name, ...changing } = readFields(CHANGE, value);
  if (name === '') return 'no name of a process';
  if (!hasState(value.machine)) return `no state of ${name}`;
  const earlier = known(changing.groupName || name, name);
  if (earlier === undefined) return `no configuration of ${name} in an earlier line`;
  const { groupName, config } = earlier;
  const ofConfig = isObject(earlier.unknown) ? unknownParts(earlier.unknown) : undefined;
  const unknown = joined(ofConfig, unknownFields(CHANGE, value));
  return { ...changing, groupName, config, ...unknown };
}

/** What an earlier line has of the configuration that this version does not know. */
function unknownParts({ config, keys }: JsonObject): JsonObject | undefined {
  if (config === undefined && keys === undefined) return undefined;
  return { ...(config === undefined ? {} : { config }), ...(keys === undefined ? {} : { keys }) };
}

function joined(
  ofConfig: JsonObject | undefined,
  others: JsonObject | undefined,
): { readonly unknown?: JsonObject } {
  return ofConfig === undefined && others === undefined ? {} : { unknown: { ...ofConfig, ...others } };
}
