import { describe, expect, test } from 'vitest';
import { ACTIONS, scalesFor, type Target, targetText } from '../../src/page/model/actions.ts';
import { type Graph, pictureOf, relatedGraph } from '../../src/page/model/graph.ts';
import { outcomeOf } from '../../src/page/model/outcome.ts';
import { exitText } from '../../src/page/model/process.ts';
import { rightsOf } from '../../src/page/model/rights.ts';
import { addressOf, routeOf } from '../../src/page/model/routes.ts';
import { bytesText, durationText, percentText } from '../../src/page/model/units.ts';
import { windowOf } from '../../src/page/model/window.ts';
import { row } from './rows.ts';

describe('figures', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1536, '1.5 KB'],
    [5 * 1024 ** 2, '5.0 MB'],
    [123.4 * 1024 ** 3, '123 GB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  test.each([
    [-3, '0 s'],
    [59.9, '59 s'],
    [61, '1 min 01 s'],
    [3 * 3600 + 7 * 60, '3 h 07 min'],
    [50 * 3600, '2 d 2 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test('a percentage has a digit more where it is small', () => {
    expect([0.04, 9.94, 9.96, 250].map(percentText)).toEqual(['0.0 %', '9.9 %', '10 %', '250 %']);
  });
});

describe('the window of a long list', () => {
  test('has the lines on the screen and some more, and the height of all others', () => {
    const { first, end, above, below } = windowOf(5000, 32_000, 640, 32);
    expect([first, end]).toEqual([988, 1032]);
    expect(above + below + (end - first) * 32).toBe(5000 * 32);
  });

  test('is the whole of a short list', () => {
    expect(windowOf(3, -100, 640, 32)).toEqual({ first: 0, end: 3, above: 0, below: 0 });
  });

  test('beyond the end is empty', () => {
    expect(windowOf(3, 10_000, 640, 32)).toMatchObject({ first: 3, end: 3 });
  });
});

test.each([
  { view: 'list' },
  { view: 'daemon' },
  { view: 'process', id: 'a/b:ü %' },
  { view: 'log', id: 'a:b', log: 'stderr' },
  { view: 'log', id: '', log: 'main' },
] as const)('the address of %o leads to it', (route) => {
  expect(routeOf(addressOf(route))).toEqual(route);
});

test.each(['', '#', '#/nothing', '#/process/', '#/%'])('the address %s leads to the list', (hash) => {
  expect(routeOf(hash)).toEqual({ view: 'list' });
});

describe('the number of processes of a program', () => {
  const scale = { numprocs: 2, configured: 2, set: false, min: 1, max: 1000 };
  const scales = [
    { ...scale, group: 'g', name: 'a' },
    { ...scale, group: 'other', name: 'b' },
  ];
  const [program = { ...scale, group: '', name: '' }] = scales;
  const target: Target = { kind: 'program', program };

  test('is for the programs of the groups of the processes', () => {
    expect(scalesFor([row({ group: 'g', name: 'a0' })], scales)).toEqual([program]);
    expect(scalesFor([row({ group: 'x', name: 'g' })], scales)).toEqual([]);
  });

  test('is the one that was typed, or that of the configuration', () => {
    expect(ACTIONS.scale.calls(target, 5)).toEqual([{ method: 'visord.scaleProgram', params: ['g:a', 5] }]);
    expect(ACTIONS.scale.calls(target, null)).toEqual([
      { method: 'visord.scaleProgram', params: ['g:a', 'file'] },
    ]);
    expect(targetText(target)).toBe('g:a');
  });

  test('is an error where a process of it fails', () => {
    const change = { group: 'g', name: 'a2', status: 30, description: 'spawn error' };
    expect(outcomeOf(ACTIONS.scale, target, [{ changes: [change] }])).toEqual({
      isError: true,
      text: 'g:a: spawn error',
      failures: [],
    });
    expect(outcomeOf(ACTIONS.scale, target, [{ changes: [{ ...change, status: 80 }] }]).text).toBe(
      'g:a scaled',
    );
  });
});

describe('an action', () => {
  const rows = [row({ group: 'g', name: 'a' }), row({ group: 'g', name: 'b' })];
  const targets: readonly Target[] = [
    { kind: 'process', id: 'g:a', title: 'g:a' },
    { kind: 'group', group: 'g', rows },
    { kind: 'some', rows },
    { kind: 'all', count: 2, groups: ['g'] },
  ];

  test.each([
    [
      'stop',
      ['stopProcess g:a', 'stopProcessGroup g', 'stopProcess g:a, stopProcess g:b', 'stopAllProcesses'],
    ],
    [
      'restart',
      ['restartGroup g:a', 'restartGroup g:*', 'restartGroup g:a, restartGroup g:b', 'restartGroup g:*'],
    ],
    [
      'clear',
      [
        'clearProcessLogs g:a',
        'clearProcessLogs g:a, clearProcessLogs g:b',
        'clearProcessLogs g:a, clearProcessLogs g:b',
        'clearAllProcessLogs',
      ],
    ],
    [
      'disable',
      [
        'setEnabled g:a false',
        'setEnabled g:* false',
        'setEnabled g:a false, setEnabled g:b false',
        'setEnabled g:* false',
      ],
    ],
  ] as const)('%s calls for each kind of target what is there for it', (name, calls) => {
    const called = targets.map((target) =>
      ACTIONS[name]
        .calls(target)
        .map(({ method, params }) => [method.split('.')[1], ...params].join(' '))
        .join(', '),
    );
    expect(called).toEqual(calls);
  });

  test('is offered where it makes sense', () => {
    const offered = (changes: Parameters<typeof row>[0]) =>
      (['start', 'restart', 'stop', 'reload', 'enable', 'disable'] as const).filter((name) =>
        ACTIONS[name].isFor(row(changes)),
      );
    expect(offered({ reloadable: true })).toEqual(['restart', 'stop', 'reload', 'disable']);
    expect(offered({ statename: 'STOPPED', disabled: true })).toEqual(['start', 'enable']);
    expect(offered({ statename: 'STOPPED', waiting: true })).toEqual(['stop', 'disable']);
    expect(offered({ statename: 'STOPPING' })).toEqual(['disable']);
    expect(offered({ statename: 'BACKOFF' })).toEqual(['stop', 'disable']);
  });

  test('names its target', () => {
    expect(targets.map(targetText)).toEqual([
      'g:a',
      'the 2 processes of group g',
      '2 selected processes',
      'all 2 processes',
    ]);
  });
});

describe('the outcome of an action', () => {
  const one: Target = { kind: 'process', id: 'web:web', title: 'web' };
  const all: Target = { kind: 'all', count: 2, groups: ['a', 'b'] };
  const status = (group: string, code: number, description: string) => ({
    group,
    name: group,
    status: code,
    description,
  });

  test('of one process is a sentence', () => {
    expect(outcomeOf(ACTIONS.start, one, [true])).toMatchObject({ isError: false, text: 'web started' });
    const faults = [{ title: 'web', reason: 'SPAWN_ERROR: web' }];
    expect(outcomeOf(ACTIONS.start, one, [], faults)).toMatchObject({
      isError: true,
      text: 'web: SPAWN_ERROR: web',
    });
  });

  test('of many counts, and names what failed', () => {
    const results = [[status('a', 80, 'OK'), status('b', 50, 'spawn error')]];
    expect(outcomeOf(ACTIONS.start, all, results)).toEqual({
      isError: true,
      text: '1 process failed, 1 started',
      failures: [{ title: 'b', reason: 'spawn error' }],
    });
    expect(outcomeOf(ACTIONS.stop, all, [[]]).text).toBe('Nothing to do for all 2 processes');
  });
});

test('a role gets what it may do', () => {
  expect(rightsOf({ role: 'read', seesAll: true })).toMatchObject({ mayOperate: false, mayReadAll: true });
  expect(rightsOf({ role: 'operate', seesAll: false })).toMatchObject({
    mayOperate: true,
    mayReadAll: false,
  });
  expect(rightsOf({ role: 'admin', seesAll: true }).mayAdminister).toBe(true);
});

describe('the picture of dependencies', () => {
  const process = (name: string, level: number, ...on: readonly string[]) => ({
    name,
    level,
    statename: 'RUNNING' as const,
    dependencies: on.map((dependency) => ({ name: dependency, condition: 'running', met: true })),
  });
  const graph: Graph = {
    processes: [
      process('db', 0),
      process('cache', 0),
      process('api', 1, 'db'),
      process('web', 2, 'api'),
      process('x', 0),
    ],
  };

  test('of a process has what it depends on and what depends on it', () => {
    expect(relatedGraph(graph, 'api').processes.map(({ name }) => name)).toEqual(['db', 'api', 'web']);
    expect(relatedGraph(graph, 'x').processes.map(({ name }) => name)).toEqual(['x']);
  });

  test('has a column for each level, and a line for each dependency', () => {
    const { boxes, links, width } = pictureOf(relatedGraph(graph, 'api'));
    expect(boxes.map(({ x }) => x)).toEqual([0, 232, 464]);
    expect(width).toBe(464 + 168);
    expect(links.map(({ from, to }) => `${from.name} > ${to.name}`)).toEqual(['db > api', 'api > web']);
  });
});

test.each([
  ['EXITED', 3, '3'],
  ['STOPPED', -1, 'signal'],
  ['STOPPED', 0, '0'],
  ['FATAL', 0, null],
  ['BACKOFF', 0, null],
  ['RUNNING', 0, null],
] as const)('the exit status of a process that is %s with %d is %s', (statename, exitstatus, text) => {
  expect(exitText({ statename, stop: 100, exitstatus })).toBe(text);
  expect(exitText({ statename, stop: 0, exitstatus })).toBeNull();
});
