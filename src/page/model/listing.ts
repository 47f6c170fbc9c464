/**
 * What the list shows of all processes: filtered, sorted, by group.
 *
 * @module
 */
import type { Row } from './process.ts';
import { appearanceOf, FILTER_NAMES, FILTERS, type FilterName, type Tone } from './states.ts';

export type SortKey = 'name' | 'state' | 'uptime' | 'pid' | 'cpu' | 'memory' | 'restarts';

export interface Query {
  readonly search: string;
  readonly filter: FilterName;
  /** Empty is all groups. */
  readonly group: string;
  /** Of a fleet; empty is all nodes. */
  readonly node: string;
  readonly sort: SortKey;
  readonly isDescending: boolean;
  /** Groups whose processes are not shown. */
  readonly collapsed: ReadonlySet<string>;
}

export const EVERYTHING: Query = {
  search: '',
  filter: 'all',
  group: '',
  node: '',
  sort: 'name',
  isDescending: false,
  collapsed: new Set(),
};

export interface GroupLine {
  readonly kind: 'group';
  readonly group: string;
  /** Of the group, as far as they match. */
  readonly rows: readonly Row[];
  readonly isCollapsed: boolean;
}

export interface ProcessLine {
  readonly kind: 'process';
  readonly row: Row;
  /** It stands below the line of its group. */
  readonly isMember: boolean;
}

export type Line = GroupLine | ProcessLine;

export interface Listing {
  readonly lines: readonly Line[];
  /** All that match, in their order, also those of collapsed groups. */
  readonly rows: readonly Row[];
  /** By filter, of what matches the rest of the query. */
  readonly counts: Readonly<Record<FilterName, number>>;
}

/** The worst first. */
const SEVERITY: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, busy: 2, good: 3, idle: 4 };

/** Lines of groups are there where the list is sorted by name, for groups with more than a process of their own name. */
export function listingOf(all: readonly Row[], query: Query): Listing {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(
    (row) =>
      (query.group === '' || row.group === query.group) &&
      (query.node === '' || row.node === query.node) &&
      words.every((word) => matches(row, word)),
  );
  const counts = countsOf(found);
  const rows = found.filter((row) => FILTERS[query.filter].has(appearanceOf(row).tone)).sort(order(query));
  return { lines: query.sort === 'name' ? grouped(rows, query.collapsed) : rows.map(single), rows, counts };
}

export function groupsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ group }) => group))].sort(byText);
}

function matches(row: Row, word: string): boolean {
  return (
    row.title.toLowerCase().includes(word) ||
    row.description.toLowerCase().includes(word) ||
    String(row.pid) === word
  );
}

function countsOf(rows: readonly Row[]): Record<FilterName, number> {
  const counts = Object.fromEntries(FILTER_NAMES.map((name) => [name, 0])) as Record<FilterName, number>;
  for (const row of rows) {
    const { tone } = appearanceOf(row);
    for (const name of FILTER_NAMES) if (FILTERS[name].has(tone)) counts[name] += 1;
  }
  return counts;
}

function single(row: Row): ProcessLine {
  return { kind: 'process', row, isMember: false };
}

function grouped(rows: readonly Row[], collapsed: ReadonlySet<string>): Line[] {
  const byGroup = new Map<string, Row[]>();
  for (const row of rows) {
    const members = byGroup.get(row.group);
    if (members) members.push(row);
    else byGroup.set(row.group, [row]);
  }
  return [...byGroup].flatMap(([group, members]): Line[] => {
    const [only] = members;
    if (members.length === 1 && only?.title === group) return [single(only)];
    const isCollapsed = collapsed.has(group);
    const head: Line = { kind: 'group', group, rows: members, isCollapsed };
    if (isCollapsed) return [head];
    return [head, ...members.map((row): Line => ({ kind: 'process', row, isMember: true }))];
  });
}

function order({ sort, isDescending }: Query): (a: Row, b: Row) => number {
  const sign = isDescending ? -1 : 1;
  const compare = COMPARISONS[sort];
  return (a, b) => sign * compare(a, b) || byName(a, b);
}

const COMPARISONS: Readonly<Record<SortKey, (a: Row, b: Row) => number>> = {
  name: byName,
  state: (a, b) =>
    SEVERITY[appearanceOf(a).tone] - SEVERITY[appearanceOf(b).tone] || byText(a.statename, b.statename),
  // The longest first: what has been started last has the shortest uptime.
  uptime: (a, b) => startOf(a) - startOf(b),
  pid: (a, b) => a.pid - b.pid,
  cpu: (a, b) => (b.usage?.cpuPercent ?? -1) - (a.usage?.cpuPercent ?? -1),
  memory: (a, b) => (b.usage?.bytes ?? -1) - (a.usage?.bytes ?? -1),
  restarts: (a, b) => (b.usage?.restarts ?? -1) - (a.usage?.restarts ?? -1),
};

function startOf({ pid, start }: Row): number {
  return pid === 0 ? Number.MAX_VALUE : start;
}

function byName(a: Row, b: Row): number {
  return byText(a.group, b.group) || byText(a.name, b.name);
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

function byText(a: string, b: string): number {
  return COLLATOR.compare(a, b);
}
