import { expect } from 'vitest';
import { Group } from '../../src/process/group.ts';
import { group as groupConfig, processConfig } from '../rpc/fakes.ts';
import { test, until } from './support.ts';

const QUICK = { startSeconds: 0 } as const;

test('processes stop in falling order of priority, and are counted until they have', async ({ host }) => {
  const priorities = { a: 5, b: 1, c: 9 };
  const configs = Object.entries(priorities).map(([name, priority]) =>
    processConfig(name, { ...QUICK, priority }),
  );
  const group = new Group(groupConfig('g', configs, 42), host);
  expect([group.name, group.priority, [...group.processes.keys()]]).toEqual(['g', 42, ['a', 'b', 'c']]);
  expect(group.unstopped()).toEqual([]);
  for (const process of group.processes.values()) {
    process.start();
  }
  expect(group.unstopped()).toHaveLength(3);
  host.changes.length = 0;

  group.stopAll();

  expect(host.changes).toEqual([
    'c: RUNNING -> STOPPING',
    'a: RUNNING -> STOPPING',
    'b: RUNNING -> STOPPING',
  ]);
  await until('all have stopped', () => group.unstopped().length === 0);
});

test('a process that waits for another try gives up', ({ host }) => {
  const group = new Group(groupConfig('g', [processConfig('p', { command: '/no/such/program' })]), host);
  const process = group.processes.get('p');
  process?.start();
  expect(process?.state).toBe('BACKOFF');
  group.stopAll();
  expect(process?.state).toBe('FATAL');
  expect(group.unstopped()).toEqual([]);
});

test('a process that is being stopped is not asked twice', async ({ host }) => {
  const group = new Group(groupConfig('g', [processConfig('p', QUICK)]), host);
  group.processes.get('p')?.start();
  group.stopAll();
  const said = host.log.lines.length;
  group.stopAll();
  expect(host.log.lines).toHaveLength(said);
  await until('it has stopped', () => group.unstopped().length === 0);
});
