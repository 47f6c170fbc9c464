/**
 * The first line of the live view.
 *
 * @module
 */
import type { List } from './list.ts';
import { attention } from './order.ts';
import type { Row } from './rows.ts';

export interface TitleParts {
  readonly rows: readonly Row[];
  /** How many rows the filter leaves. */
  readonly shown: number;
  readonly list: List;
  /** Why the daemon does not answer; null where it does. */
  readonly trouble: string | null;
  /** Of the daemon or the fleet. */
  readonly name: string;
}

/** The trouble, else how many processes are in which state, those that need attention first. */
export function titleOf({ rows, shown, list, trouble, name }: TitleParts): string {
  if (trouble !== null) return `trying again: ${trouble}`;
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = [...counts]
    .sort(([one], [other]) => attention(one) - attention(other))
    .map(([state, count]) => `${count} ${state}`);
  const marked = rows.filter((row) => list.marked.has(row.name)).length;
  const parts = [states.length === 0 ? 'no processes' : states.join(', ')];
  if (list.filter !== '') parts.push(`(filter "${list.filter}": ${shown} shown)`);
  if (marked > 0) parts.push(`(${marked} marked)`);
  return `${parts.join(' ')}  ${name}`;
}
