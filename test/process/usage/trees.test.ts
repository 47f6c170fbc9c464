import { expect, test } from 'vitest';
import type { TableEntry } from '../../../src/io/process-table.ts';
import { treesOf } from '../../../src/process/usage/trees.ts';

function entry(pid: number, changes: Partial<TableEntry> = {}): TableEntry {
  const place = { parent: 1, group: pid, session: pid, startTicks: 1000 + pid };
  return { pid, isZombie: false, residentPages: 1, cpuTicks: 0, ...place, ...changes };
}

const init = entry(1, { parent: 0, startTicks: 1 });
const daemon = entry(50, { startTicks: 900 });

function pids(roots: readonly [pid: number, startTicks: number | null][], table: readonly TableEntry[]) {
  const trees = treesOf(
    roots.map(([pid, startTicks]) => ({ pid, startTicks })),
    table,
  );
  return Object.fromEntries([...trees].map(([pid, tree]) => [pid, tree.map((one) => one.pid).sort()]));
}

test('each process is in the tree of its parent, its group or its session', () => {
  const table = [
    init,
    daemon,
    entry(103, { parent: 102 }),
    entry(100, { parent: 50 }),
    entry(102, { parent: 100 }),
    entry(200, { parent: 50 }),
    entry(201, { group: 200 }),
    entry(202, { session: 200 }),
    entry(203, { parent: 202 }),
    entry(300),
  ];
  const roots: [number, number][] = [
    [100, 1100],
    [200, 1200],
  ];
  expect(pids(roots, table)).toEqual({ 100: [100, 102, 103], 200: [200, 201, 202, 203] });
});

test('what is left of a root that has ended is its tree', () => {
  const table = [init, daemon, entry(102, { group: 100 }), entry(103, { parent: 102 })];
  expect(pids([[100, 1100]], table)).toEqual({ 100: [102, 103] });
});

test('another process with the pid of a root is not of the tree, nor are its children', () => {
  const table = [init, entry(100, { startTicks: 5000 }), entry(102, { parent: 100, startTicks: 5001 })];
  expect(pids([[100, 1100]], table)).toEqual({ 100: [] });
  expect(pids([[100, null]], table)).toEqual({ 100: [100, 102] });
});

test('processes that have ended, and those older than the root, are in no tree', () => {
  const table = [
    init,
    daemon,
    entry(100, { parent: 50 }),
    entry(101, { parent: 100, isZombie: true }),
    entry(99, { group: 100, startTicks: 800 }),
  ];
  expect(pids([[100, 1100]], table)).toEqual({ 100: [100] });
});

test('parents that form a circle do no harm', () => {
  const table = [entry(7, { parent: 8 }), entry(8, { parent: 7 }), entry(100)];
  expect(pids([[100, 1100]], table)).toEqual({ 100: [100] });
});
