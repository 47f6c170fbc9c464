/** The list of processes as the person has arranged it. */

import { describe, expect, it } from 'vitest';
import {
  arrange,
  chosenRows,
  FRESH_LIST,
  firstShown,
  type List,
  move,
  orderBy,
  orderByNext,
  reverseOrder,
  selectedRow,
  toggleAll,
  toggleMarks,
  undo,
} from '../../../src/ctl/watch/list.ts';
import type { Row } from '../../../src/ctl/watch/rows.ts';
import { fc } from '../../properties.ts';
import { row } from './support.ts';

const ROWS = [
  row('web:10', { cpuPercent: 1, memoryBytes: null }),
  row('web:9', { cpuPercent: 50 }),
  row('db', { state: 'FATAL', cpuPercent: null, reason: 'Exited too quickly' }),
  row('cron', { state: 'STOPPED', cpuPercent: null, reason: 'waiting for db (running)' }),
];

const names = (rows: readonly Row[]): string[] => rows.map(({ name }) => name);

describe('the order', () => {
  it.each<[List['order']['by'], string[]]>([
    ['server', ['web:10', 'web:9', 'db', 'cron']],
    ['name', ['cron', 'db', 'web:9', 'web:10']],
    ['state', ['db', 'cron', 'web:10', 'web:9']],
    ['cpu', ['web:9', 'web:10', 'db', 'cron']],
  ])('by %s', (by, sorted) => {
    expect(names(arrange(ROWS, { ...FRESH_LIST, order: { by, isReversed: false } }))).toEqual(sorted);
  });

  it('reversed leaves what is unknown at the end', () => {
    const list = reverseOrder(orderBy(FRESH_LIST, 'cpu'));
    expect(names(arrange(ROWS, list))).toEqual(['web:10', 'web:9', 'db', 'cron']);
  });

  it('the same column again reverses it, and the next columns come back to the order of the server', () => {
    const again = orderBy(orderBy(FRESH_LIST, 'name'), 'name');
    expect(names(arrange(ROWS, again))).toEqual(['web:10', 'web:9', 'db', 'cron']);
    let list = FRESH_LIST;
    for (let column = 0; column < 8; column += 1) list = orderByNext(list);
    expect(list.order).toEqual(FRESH_LIST.order);
  });
});

describe('the filter', () => {
  it.each([
    ['WEB', ['web:10', 'web:9']],
    ['fatal', ['db']],
    ['waiting db', ['cron']],
    ['web 9', ['web:9']],
    ['nothing', []],
  ])('%s', (filter, left) => {
    expect(names(arrange(ROWS, { ...FRESH_LIST, filter }))).toEqual(left);
  });
});

describe('the selection', () => {
  it('stays on its process when the order changes', () => {
    const list = move(FRESH_LIST, ROWS, 1, 10);
    expect(selectedRow(arrange(ROWS, orderBy(list, 'name')), list)?.name).toBe('web:9');
  });

  it('goes to the first row when its process is gone', () => {
    const list = move(FRESH_LIST, ROWS, 3, 10);
    expect(selectedRow(ROWS.slice(0, 2), list)?.name).toBe('web:10');
    expect(selectedRow([], list)).toBeNull();
  });

  it('ends at the first and the last row', () => {
    expect(move(FRESH_LIST, ROWS, Number.POSITIVE_INFINITY, 2)).toMatchObject({ selected: 'cron', top: 2 });
    expect(move(FRESH_LIST, ROWS, Number.NEGATIVE_INFINITY, 2)).toMatchObject({ selected: 'web:10', top: 0 });
  });

  it('is in sight, also when the terminal shrinks and grows again', () => {
    const shown = (height: number): number => firstShown(9, 3, height, 20);
    expect([shown(10), shown(2), shown(1), shown(0), shown(10)]).toEqual([3, 8, 9, 9, 3]);
  });

  it('leaves no line empty while a row above is hidden', () => {
    const numbers = fc.nat(40);
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (selected, wanted, height, count) => {
        fc.pre(selected < count && height > 0);
        const first = firstShown(selected, wanted, height, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(Math.max(0, count - height));
        expect(selected).toBeGreaterThanOrEqual(first);
        expect(selected).toBeLessThan(first + height);
      }),
    );
  });
});

describe('marks', () => {
  it('without any the selected process is meant', () => {
    expect(names(chosenRows(ROWS, move(FRESH_LIST, ROWS, 2, 10)))).toEqual(['db']);
    expect(chosenRows([], FRESH_LIST)).toEqual([]);
  });

  it('several are meant in the order of the server, also hidden ones, and none that is gone', () => {
    const list = { ...toggleMarks(FRESH_LIST, ['cron', 'web:10', 'gone']), filter: 'cron' };
    expect(names(chosenRows(ROWS, list))).toEqual(['web:10', 'cron']);
  });

  it('a group is marked as a whole before it is unmarked', () => {
    const one = toggleMarks(FRESH_LIST, ['web:9']);
    const both = toggleMarks(one, ['web:9', 'web:10']);
    expect([...both.marked].toSorted()).toEqual(['web:10', 'web:9']);
    expect(toggleMarks(both, ['web:9', 'web:10']).marked.size).toBe(0);
  });

  it('all that are shown, then none', () => {
    const shown = { ...FRESH_LIST, filter: 'web' };
    const marked = toggleAll(shown, arrange(ROWS, shown));
    expect(marked.marked).toEqual(new Set(['web:10', 'web:9']));
    expect(toggleAll(marked, ROWS).marked.size).toBe(0);
  });

  it('Esc removes marks first, then the filter', () => {
    const list = { ...toggleMarks(FRESH_LIST, ['db']), filter: 'x' };
    expect(undo(list)).toMatchObject({ marked: new Set(), filter: 'x' });
    expect(undo(undo(list)).filter).toBe('');
  });
});
