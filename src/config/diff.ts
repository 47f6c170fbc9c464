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
  const sockets = [active.socket ?? NOTHING, next.socket ?? NOTHING] as const;
  return [...changedRows(PROGRAM_OPTIONS, active, next), ...changedRows(FCGI_SOCKET_OPTIONS, ...sockets)];
}

/** Whether a process of the new configuration is the active one. */
export function isSameProcess(active: ProcessConfig, next: ProcessConfig): boolean {
  return changedKeys(active, next).length === 0;
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

const NOTHING = {};

function changedRows(table: OptionTable, active: object, next: object): ChangedKey[] {
  return active === next
    ? []
    : rowsOf(table)
        .filter((walked) => isChanged(walked, active, next))
        .map(({ key, row: { change } }) => ({ key, change }));
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
