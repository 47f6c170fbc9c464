import { describe, expect, test } from 'vitest';
import type { TableEntry } from '../../../src/io/process-table.ts';
import { type TreeOptions, treeOf } from '../../../src/process/leftovers/process-tree.ts';

const ROOT = { pid: 100, startTicks: 1000 };

function entry(pid: number, changes: Partial<TableEntry> = {}): TableEntry {
  const place = { parent: 1, group: pid, session: pid, startTicks: 1000 + pid };
  return { pid, isZombie: false, residentPages: 1, cpuTicks: 0, ...place, ...changes };
}

const root = entry(100, { parent: 50, startTicks: 1000 });

function pids(table: readonly TableEntry[], options: Partial<TreeOptions> = {}): number[] {
  return treeOf({ root: ROOT, table, ...options })
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

describe('the tree of a process has', () => {
  test('itself and all that descends from it, in any order of the table', () => {
    const table = [
      entry(103, { parent: 102 }),
      root,
      entry(102, { parent: 100 }),
      entry(104, { parent: 103 }),
    ];
    expect(pids(table)).toEqual([100, 102, 103, 104]);
  });

  test('what is in its group or its session, also when it has ended itself', () => {
    const table = [entry(102, { group: 100 }), entry(103, { session: 100 }), entry(104, { parent: 103 })];
    expect(pids(table)).toEqual([102, 103, 104]);
  });

  test('what was seen in it earlier, as long as it is the same process', () => {
    const table = [root, entry(102), entry(103)];
    const known = new Map([
      [102, 1102],
      [103, 999],
    ]);
    expect(pids(table, { known })).toEqual([100, 102]);
  });

  test('what has its environment, and the children of that', () => {
    const table = [entry(102), entry(103, { parent: 102 }), entry(104)];
    expect(pids(table, { hasEnvironment: (pid) => pid === 102 })).toEqual([102, 103]);
  });
});

describe('the tree of a process does not have', () => {
  test('processes of others, those that are older, and those that have ended', () => {
    const table = [
      root,
      entry(102),
      entry(99, { parent: 100, startTicks: 900 }),
      entry(103, { parent: 100, isZombie: true }),
    ];
    expect(pids(table, { hasEnvironment: (pid) => pid === 99 })).toEqual([100]);
  });

  test('a process that has got its pid, and the group and the session of that', () => {
    const table = [entry(100, { startTicks: 5000 }), entry(102, { group: 100, session: 100 })];
    expect(pids(table)).toEqual([]);
  });

  test('init, whatever it looks like', () => {
    expect(pids([entry(1, { group: 100 }), root])).toEqual([100]);
  });
});

test('without a start time the pid alone shows which one it is', () => {
  expect(pids([root, entry(102, { parent: 100 })], { root: { pid: 100, startTicks: null } })).toEqual([
    100, 102,
  ]);
});
