/** The answers of several nodes as one output. */
import { expect, it } from 'vitest';
import {
  asJson,
  exitOf,
  linesOf,
  type NodeAnswer,
  nodeColumn,
  silentAnswer,
} from '../../../src/ctl/fleet/answers.ts';

function answer(node: string, lines: readonly string[], exitStatus = 0): NodeAnswer {
  return { node, lines, errors: [], exitStatus, trouble: null };
}

it('puts the nodes into a column', () => {
  const inColumns = nodeColumn(['app1', 'database']);
  expect(inColumns('app1', 'web: started')).toBe('app1      web: started');
  expect(inColumns('database', 'sql: started')).toBe('database  sql: started');
});

it('has a line for a node that does not answer', () => {
  expect(linesOf(silentAnswer('app1', 'refused'))).toEqual(['ERROR (refused)']);
  expect(linesOf({ ...answer('app1', ['a: started']), trouble: 'gone' })).toEqual([
    'a: started',
    'ERROR (gone)',
  ]);
  expect(linesOf(answer('app1', ['a', 'b']))).toEqual(['a', 'b']);
});

it('ends with 4 where a node did not answer, else with the highest code', () => {
  expect(exitOf([answer('a', []), answer('b', [], 3)])).toBe(3);
  expect(exitOf([answer('a', [], 7), silentAnswer('b', 'refused')])).toBe(4);
  expect(exitOf([])).toBe(0);
});

it('has the answers of the servers in JSON, and the reason where one has none', () => {
  const answers = [
    answer('a', ['{', '"version": "4.2.5"}']),
    silentAnswer('b', 'refused'),
    answer('c', ['no']),
  ];
  expect(asJson('prod', answers)).toEqual({
    fleet: 'prod',
    nodes: [
      { node: 'a', answer: { version: '4.2.5' }, error: null },
      { node: 'b', answer: null, error: 'refused' },
      { node: 'c', answer: null, error: 'no' },
    ],
  });
});
