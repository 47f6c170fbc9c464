/**
 * What a configuration that was read again changes in the groups that are active.
 *
 * @module
 */
import type { GroupConfig, LogTarget } from './types.ts';

/** Names of groups: `added` and `changed` in the order of the new configuration, `removed` in that of the active one. */
export interface GroupChanges {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
}

/**
 * Compares the active groups with those of a new configuration. A log that is AUTO on either side
 * is no difference: the reference has put the name of a file in its place.
 */
export function diffGroups(active: readonly GroupConfig[], next: readonly GroupConfig[]): GroupChanges {
  const activeByName = new Map(active.map((group) => [group.name, group]));
  const nextNames = new Set(next.map((group) => group.name));
  return {
    added: next.filter((group) => !activeByName.has(group.name)).map((group) => group.name),
    changed: next.filter((group) => differs(activeByName.get(group.name), group)).map((group) => group.name),
    removed: active.filter((group) => !nextNames.has(group.name)).map((group) => group.name),
  };
}

function differs(active: GroupConfig | undefined, next: GroupConfig): boolean {
  return active !== undefined && !isSame(active, next);
}

/** Whether two pieces of a configuration are the same, as `diffGroups` compares them. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b || isAuto(a) || isAuto(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = Object.keys(right);
  return (
    Object.keys(left).length === keys.length &&
    keys.every((key) => Object.hasOwn(left, key) && isSame(left[key], right[key]))
  );
}

function isAuto(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as Partial<LogTarget>).kind === 'auto';
}
