import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/page/model/actions.ts';
import { EVERYTHING, listingOf } from '../../src/page/model/listing.ts';
import { type NodeStruct, nodeOf, routed, rowsOfFleet } from '../../src/page/model/nodes.ts';
import { isRemote } from '../../src/page/model/process.ts';
import { resource, row, status } from './rows.ts';

const SILENT = { error: null, self: false, stock: false, status: null, resources: null };

function node(name: string, changes: Partial<NodeStruct> = {}): NodeStruct {
  const processes = [status({ group: 'web', name: '0', start: 90 }), status({ group: 'db', name: 'db' })];
  return { ...SILENT, node: name, status: { now: 100, processes }, resources: [], ...changes };
}

describe('the nodes of a fleet', () => {
  test('have their processes in one list, by node and group; those of this daemon are its own', () => {
    const nodes = [node('app2'), node('app1', { self: true })].map((one) => nodeOf(one, null, 0, 100));
    const rows = rowsOfFleet([row({ group: 'web', name: 'web' })], nodes, 'host');
    const { lines } = listingOf(rows, EVERYTHING);
    expect(lines.map((line) => (line.kind === 'group' ? `[${line.group}]` : line.row.title))).toEqual([
      'app1/web',
      'app2/db',
      '[app2/web]',
      'app2/web:0',
    ]);
    expect(rows.map((one) => [one.id, isRemote(one)])).toEqual([
      ['web:web', false],
      ['app2/web:0', true],
      ['app2/db:db', true],
    ]);
    const shown = listingOf(rows, { ...EVERYTHING, node: 'app1' }).rows;
    expect(shown.map(({ title }) => title)).toEqual(['app1/web']);
  });

  test('count uptimes by the clock of this machine, and processor time from answer to answer', () => {
    const first = nodeOf(
      node('a', { resources: [resource({ group: 'db', name: 'db', cpu_seconds: 1 })] }),
      null,
      0,
      40,
    );
    expect(first.rows[0]?.start).toBe(30);
    const more = [resource({ group: 'db', name: 'db', cpu_seconds: 2 })];
    const second = nodeOf(node('a', { resources: more }), first, 4000, 44);
    expect(second.rows.find(({ group }) => group === 'a/db')?.usage?.cpuPercent).toBeCloseTo(25);
  });

  test('that do not answer keep what was known of them', () => {
    const before = nodeOf(node('a'), null, 0, 100);
    const after = nodeOf({ ...SILENT, node: 'a', error: 'refused the connection' }, before, 0, 100);
    expect(after).toMatchObject({ error: 'refused the connection', rows: before.rows });
  });
});

describe('a call', () => {
  test.each([
    ['app2/web:*', ['web:*'], 'app2'],
    ['app1/web', ['web'], undefined],
    ['web:0', ['web:0'], undefined],
  ])('of %s goes to the node of its name', (name, params, target) => {
    const call = { method: 'supervisor.startProcess', params: [name, true] };
    const expected = { method: call.method, params: [...params, true] };
    expect(routed(call, 'app1')).toEqual(target === undefined ? expected : { ...expected, node: target });
  });

  test('for all goes to each node; a stock supervisord is not sent what only visord has', () => {
    const nodes = [
      { name: null, isStock: false },
      { name: 'old', isStock: true },
    ];
    const target = { kind: 'all', count: 3, groups: ['app1/web'], nodes } as const;
    const stop = { method: 'supervisor.stopAllProcesses', params: [] };
    expect(ACTIONS.stop.calls(target)).toEqual([stop, { ...stop, node: 'old' }]);
    expect(ACTIONS.reload.calls(target)).toEqual([{ method: 'visord.reloadAllProcesses', params: [] }]);
    expect(routed({ ...stop, node: 'old' }, 'app1')).toEqual({ ...stop, node: 'old' });
  });

  test('that a stock supervisord does not have is not offered for its processes', () => {
    const old = { ...row(), isStock: true };
    expect(ACTIONS.stop.isFor(old)).toBe(true);
    expect([ACTIONS.restart.isFor(old), ACTIONS.disable.isFor(old)]).toEqual([true, false]);
    const names = Object.entries(ACTIONS).flatMap(([name, { isForStock }]) => (isForStock ? [name] : []));
    expect(names).toEqual(['start', 'restart', 'stop', 'clear']);
  });
});
