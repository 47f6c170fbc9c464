/**
 * The orders that the list of processes can have.
 *
 * @module
 */
import type { Row } from './rows.ts';

export type Sorting = 'server' | 'name' | 'state' | 'uptime' | 'pid' | 'cpu' | 'memory' | 'restarts';

export interface Order {
  readonly by: Sorting;
  readonly isReversed: boolean;
}

/** The order of the server's answer. */
export const SERVER_ORDER: Order = { by: 'server', isReversed: false };

/** From what needs attention to what does not. */
const ATTENTION = [
  'SILENT',
  'FATAL',
  'UNKNOWN',
  'BACKOFF',
  'EXITED',
  'STARTING',
  'STOPPING',
  'STOPPED',
  'RUNNING',
];

/** A number sorts before a greater one; null sorts last in both directions. */
type Value = string | number | null;

/** One row for each order, in the turn of the key that goes through them. Figures begin with the greatest one. */
const VALUES: Readonly<Record<Sorting, (row: Row) => Value>> = {
  server: () => 0,
  name: ({ name }) => name,
  state: ({ state }) => attention(state),
  uptime: ({ uptimeSeconds }) => negative(uptimeSeconds),
  pid: ({ pid }) => (pid > 0 ? pid : null),
  cpu: ({ cpuPercent }) => negative(cpuPercent),
  memory: ({ memoryBytes }) => negative(memoryBytes),
  restarts: ({ restarts }) => -restarts,
};

const SORTINGS = Object.keys(VALUES) as Sorting[];
/** Orders that begin with the greatest figure. */
const DESCENDING: ReadonlySet<Sorting> = new Set(['uptime', 'cpu', 'memory', 'restarts']);

/** The place of a state in the order by attention. */
export function attention(state: string): number {
  const place = ATTENTION.indexOf(state);
  return place < 0 ? 1 : place;
}

/** The order by the next column. */
export function nextOrder({ by }: Order): Order {
  const next = SORTINGS[(SORTINGS.indexOf(by) + 1) % SORTINGS.length] ?? 'server';
  return { by: next, isReversed: false };
}

/** True where figures fall from row to row. */
export function isFalling({ by, isReversed }: Order): boolean {
  return DESCENDING.has(by) !== isReversed;
}

/** The rows in the order; rows that are equal stay in the order of the server. */
export function sortRows(rows: readonly Row[], { by, isReversed }: Order): readonly Row[] {
  if (by === 'server') return isReversed ? rows.toReversed() : rows;
  const value = VALUES[by];
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  return keyed.sort((one, other) => compare(one.key, other.key, isReversed)).map(({ row }) => row);
}

function compare(one: Value, other: Value, isReversed: boolean): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const sign = isReversed ? -1 : 1;
  return typeof one === 'string' || typeof other === 'string'
    ? sign * collator.compare(String(one), String(other))
    : sign * (one - other);
}

/** `web:2` stands before `web:10`. */
const collator = new Intl.Collator('en', { numeric: true });

function negative(value: number | null): number | null {
  return value === null ? null : -value;
}
