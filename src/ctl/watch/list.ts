/**
 * The list of processes as the person has arranged it: order, filter, the selected row and the marked ones.
 *
 * @module
 */
import { nextOrder, type Order, SERVER_ORDER, sortRows } from './order.ts';
import type { Row } from './rows.ts';

export interface List {
  /** The name of the selected row; its place changes with the rows. Null for the first one. */
  readonly selected: string | null;
  readonly marked: ReadonlySet<string>;
  readonly filter: string;
  readonly order: Order;
  /** The first row that was shown after the last key; a smaller terminal, or fewer rows, do not change it. */
  readonly top: number;
}

export const FRESH_LIST: List = {
  selected: null,
  marked: new Set(),
  filter: '',
  order: SERVER_ORDER,
  top: 0,
};

/** The rows that the filter leaves, in their order. */
export function arrange(rows: readonly Row[], { filter, order }: List): readonly Row[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  const left = words.length === 0 ? rows : rows.filter((row) => matches(row, words));
  return sortRows(left, order);
}

function matches({ name, state, reason }: Row, words: readonly string[]): boolean {
  const text = `${name} ${state} ${reason}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The place of the selected row; the first one where it is gone. */
export function selectedIndex(arranged: readonly Row[], { selected }: List): number {
  return Math.max(
    0,
    arranged.findIndex(({ name }) => name === selected),
  );
}

/** Null where the list is empty. */
export function selectedRow(arranged: readonly Row[], list: List): Row | null {
  return arranged[selectedIndex(arranged, list)] ?? null;
}

/**
 * The first row to show: `wanted`, moved as little as it takes to show the selected row, and to leave no line empty
 * while a row above is hidden.
 *
 * @param height how many rows fit
 * @param count how many rows exist
 */
export function firstShown(selected: number, wanted: number, height: number, count: number): number {
  const least = Math.max(0, selected - height + 1);
  const most = Math.max(0, Math.min(selected, count - height));
  return Math.max(Math.min(wanted, most), Math.min(least, most));
}

/** Moves the selection, at most to the first or the last row. @param height how many rows fit */
export function move(list: List, arranged: readonly Row[], by: number, height: number): List {
  const place = Math.min(arranged.length - 1, Math.max(0, selectedIndex(arranged, list) + by));
  return show({ ...list, selected: arranged[place]?.name ?? null }, arranged, height);
}

/** The list with its top where the selected row is in sight. */
export function show(list: List, arranged: readonly Row[], height: number): List {
  const top = firstShown(selectedIndex(arranged, list), list.top, height, arranged.length);
  return { ...list, top };
}

/** Marks the rows, or unmarks them where all of them are marked. */
export function toggleMarks(list: List, names: readonly string[]): List {
  const marked = new Set(list.marked);
  const isMarking = names.some((name) => !marked.has(name));
  for (const name of names) {
    if (isMarking) marked.add(name);
    else marked.delete(name);
  }
  return { ...list, marked };
}

/** Marks all of the rows, or, where any row is marked, none. */
export function toggleAll(list: List, arranged: readonly Row[]): List {
  return list.marked.size > 0
    ? { ...list, marked: new Set() }
    : toggleMarks(
        list,
        arranged.map(({ name }) => name),
      );
}

/** The marked rows that still exist, also hidden ones; without any the selected row. */
export function chosenRows(rows: readonly Row[], list: List): readonly Row[] {
  const marked = rows.filter(({ name }) => list.marked.has(name));
  if (marked.length > 0) return marked;
  const selected = selectedRow(arrange(rows, list), list);
  return selected === null ? [] : [selected];
}

/** Undoes one thing: marks first, then the filter. */
export function undo(list: List): List {
  return list.marked.size > 0 ? { ...list, marked: new Set() } : { ...list, filter: '' };
}

/** Orders by a column; the same column again reverses the order. */
export function orderBy(list: List, by: Order['by']): List {
  const isReversed = list.order.by === by && !list.order.isReversed;
  return { ...list, order: { by, isReversed } };
}

export function orderByNext(list: List): List {
  return { ...list, order: nextOrder(list.order) };
}

export function reverseOrder(list: List): List {
  return { ...list, order: { ...list.order, isReversed: !list.order.isReversed } };
}
