/**
 * From rows of the list to what calls act on.
 *
 * @module
 */
import type { ActionTarget } from './actions.ts';
import type { WatchedHost } from './host-view.ts';
import type { Row } from './rows.ts';

/** Null for the row of a host that does not answer. */
export function targetOf(hosts: readonly WatchedHost[], row: Row): ActionTarget | null {
  const host = hosts.find(({ prefix }) => row.name.startsWith(prefix));
  const name = row.name.slice(host?.prefix.length ?? 0);
  if (host === undefined || name === '') return null;
  return { connection: host.connection, prefix: host.prefix, name, isGroup: false };
}

/** The rows of the same group on the same host; none for the row of a host that does not answer. */
export function rowsOfGroup(hosts: readonly WatchedHost[], rows: readonly Row[], row: Row): readonly Row[] {
  const target = targetOf(hosts, row);
  return rows.filter(
    (other) =>
      other.group === row.group && target !== null && targetOf(hosts, other)?.prefix === target.prefix,
  );
}

/** The group of the row as one target, and how a question names it. */
export function groupTarget(
  hosts: readonly WatchedHost[],
  rows: readonly Row[],
  row: Row,
): { readonly target: ActionTarget; readonly what: string } | null {
  const target = targetOf(hosts, row);
  if (target === null) return null;
  const count = rowsOfGroup(hosts, rows, row).length;
  return {
    target: { ...target, name: row.group, isGroup: true },
    what: `group ${target.prefix}${row.group} (${count} ${count === 1 ? 'process' : 'processes'})`,
  };
}

/** How a question names several processes. */
export function nameTargets(targets: readonly ActionTarget[]): string {
  const names = targets.map(({ prefix, name }) => prefix + name);
  return names.length === 1 ? names.join('') : `${names.length} processes (${names.join(', ')})`;
}
