/**
 * What a configuration that was read again changes in the groups that are active.
 *
 * @module
 */
import { isEqual } from './tables/equality.ts';
import type { Change, OptionTable, ValueType } from './tables/option.ts';
import {
  FCGI_SOCKET_OPTIONS,
  GROUP_OPTIONS,
  POOL_OPTIONS,
  PROGRAM_OPTIONS,
} from './tables/program-options.ts';
import { fieldValue, rowsOf, type WalkedRow } from './tables/record.ts';
import type { GroupConfig, ProcessConfig } from './types.ts';

/** Names of groups: `added` and `changed` in the order of the new configuration, `removed` in that of the active one. */
export interface GroupChanges {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
}

/** A key whose value differs, and what makes the new value take effect. */
export interface ChangedKey {
  readonly key: string;
  readonly change: Change;
}

/** A key whose value differs, with both values as texts of a configuration file. */
export interface KeyChange extends ChangedKey {
  /** Empty for a key that is not set. */
  readonly before: string;
  readonly after: string;
  /** The variables that differ, where the key is `environment`: their values may be secrets, and are not here. */
  readonly variables?: readonly string[];
}

/** Compares the active groups with those of a new configuration. */
export function diffGroups(active: readonly GroupConfig[], next: readonly GroupConfig[]): GroupChanges {
  const activeByName = new Map(active.map((group) => [group.name, group]));
  const nextNames = new Set(next.map((group) => group.name));
  return {
    added: next.filter((group) => !activeByName.has(group.name)).map((group) => group.name),
    changed: next.filter((group) => differs(activeByName.get(group.name), group)).map((group) => group.name),
    removed: active.filter((group) => !nextNames.has(group.name)).map((group) => group.name),
  };
}

/** The keys in which a process of the new configuration differs from the active one, in the order of the tables. */
export function changedKeys(active: ProcessConfig, next: ProcessConfig): ChangedKey[] {
  return changedProcessRows(active, next).map(({ walked, active: before, next: after }) => ({
    key: walked.key,
    change: changeOf(walked, before, after),
  }));
}

/** The same keys with their values. */
export function changedValues(active: ProcessConfig, next: ProcessConfig): KeyChange[] {
  return changedProcessRows(active, next).map(keyChange);
}

/** The keys of a group itself, or of a pool, in which it differs. */
export function changedGroupKeys(active: GroupConfig, next: GroupConfig): KeyChange[] {
  const table = next.pool === undefined ? GROUP_OPTIONS : POOL_OPTIONS;
  return (active.pool === undefined) === (next.pool === undefined)
    ? changedRows(table, active, next).map(keyChange)
    : [];
}

/** Whether a process of the new configuration is the active one. */
export function isSameProcess(active: ProcessConfig, next: ProcessConfig): boolean {
  return changedProcessRows(active, next).length === 0;
}

function differs(active: GroupConfig | undefined, next: GroupConfig): boolean {
  return active !== undefined && !isSameGroup(active, next);
}

function isSameGroup(active: GroupConfig, next: GroupConfig): boolean {
  const isPool = next.pool !== undefined;
  return (
    isPool === (active.pool !== undefined) &&
    changedRows(isPool ? POOL_OPTIONS : GROUP_OPTIONS, active, next).length === 0 &&
    active.processes.length === next.processes.length &&
    active.processes.every((process, index) => {
      const other = next.processes[index];
      return other !== undefined && isSameProcess(process, other);
    })
  );
}

/** A row whose value differs, and the two configurations that it was read from. */
interface ChangedRow {
  readonly walked: WalkedRow;
  readonly active: object;
  readonly next: object;
}

const NOTHING = {};

function changedProcessRows(active: ProcessConfig, next: ProcessConfig): ChangedRow[] {
  const sockets = [active.socket ?? NOTHING, next.socket ?? NOTHING] as const;
  return [...changedRows(PROGRAM_OPTIONS, active, next), ...changedRows(FCGI_SOCKET_OPTIONS, ...sockets)];
}

function changedRows(table: OptionTable, active: object, next: object): ChangedRow[] {
  return active === next
    ? []
    : rowsOf(table)
        .filter((walked) => isChanged(walked, active, next))
        .map((walked) => ({ walked, active, next }));
}

function changeOf(walked: WalkedRow, active: object, next: object): Change {
  const { change, type } = walked.row;
  const needsRestart =
    change === 'live' && type.needsRestart?.(fieldValue(active, walked), fieldValue(next, walked)) === true;
  return needsRestart ? 'restart' : change;
}

function keyChange({ walked, active, next }: ChangedRow): KeyChange {
  const { key } = walked;
  const change = changeOf(walked, active, next);
  if (key === 'environment') {
    const variables = changedVariables(fieldValue(active, walked), fieldValue(next, walked));
    return { key, change, before: '', after: '', variables };
  }
  return { key, change, before: shown(walked, active), after: shown(walked, next) };
}

function changedVariables(before: unknown, after: unknown): string[] {
  const [left, right] = [before, after] as Readonly<Record<string, string>>[];
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names].filter((name) => left?.[name] !== right?.[name]).sort();
}

function shown(walked: WalkedRow, config: object): string {
  const { type } = walked.row;
  if (walked.head === '*') {
    return textOf(type, config);
  }
  const value = fieldValue(config, walked);
  return value === null || value === undefined ? '' : type.format(value);
}

function isChanged(walked: WalkedRow, active: object, next: object): boolean {
  const { type } = walked.row;
  if (walked.head === '*') {
    return textOf(type, active) !== textOf(type, next);
  }
  const [before, after] = [fieldValue(active, walked), fieldValue(next, walked)];
  return before !== after && !(type.isSame?.(before, after) ?? isEqual(before, after));
}

function textOf(type: ValueType<unknown>, config: object): string {
  return config === NOTHING ? '' : type.format(config);
}
