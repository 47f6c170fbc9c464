import { describe, expect, test } from 'vitest';
import type { GroupConfig, ProcessConfig } from '../../src/config/types.ts';
import { planGroup, plannedGroup, planUpdate } from '../../src/config/update-plan.ts';
import { defaultProgram, loadText } from './support.ts';

function named(name: string, keys: Partial<ProcessConfig> = {}): ProcessConfig {
  return { ...defaultProgram(), name, ...keys };
}

function group(name: string, ...processes: readonly ProcessConfig[]): GroupConfig {
  return { name, priority: 999, processes };
}

function groupsOf(text: string): readonly GroupConfig[] {
  return loadText(`[supervisord]\n${text}`).groups;
}

describe('the plan of an update', () => {
  test('has groups that are removed first, then those that change, then those that are added', () => {
    const active = [group('b', named('b')), group('old', named('old')), group('a', named('a'))];
    const next = [
      group('new', named('new')),
      group('a', named('a', { command: 'other' })),
      group('b', named('b', { command: 'other' })),
    ];
    expect(planUpdate(active, next).map(({ action, name }) => `${action} ${name}`)).toEqual([
      'remove old',
      'change a',
      'change b',
      'add new',
    ]);
    expect(planUpdate(active, active)).toEqual([]);
  });

  test('removes, adds and restarts processes alone, and changes what needs no restart while it runs', () => {
    const before = group('g', named('gone'), named('same'), named('cmd'), named('live'));
    const after = group(
      'g',
      named('same'),
      named('cmd', { command: 'other' }),
      named('live', { stopWaitSeconds: 77 }),
      named('fresh'),
    );
    const [plan] = planGroup(before, after);
    if (plan?.action !== 'change') throw new Error('the group is not changed');
    expect(
      plan.processes.map(({ name, action, keys }) => [name, action, keys.map(({ key }) => key)]),
    ).toEqual([
      ['gone', 'remove', []],
      ['cmd', 'restart', ['command']],
      ['live', 'live', ['stopwaitsecs']],
      ['fresh', 'add', []],
    ]);
    expect(plan.isWhole).toBe(false);
  });

  test('is about the whole group where no process runs on', () => {
    const plans = planGroup(group('g', named('g')), group('g', named('g', { command: 'other' })));
    expect(plans).toMatchObject([{ action: 'change', isWhole: true }]);
    // A group without processes has none to be restarted.
    expect(planGroup(group('g'), group('g', named('g')))).toMatchObject([
      { action: 'change', isWhole: false },
    ]);
  });

  test('names the priority once for a program that is in no group', () => {
    const [before, after] = ['1', '2'].map(
      (priority) => groupsOf(`[program:x]\ncommand=x\npriority=${priority}\n`)[0],
    );
    if (before === undefined || after === undefined) throw new Error('no group');
    expect(planGroup(before, after)).toMatchObject([
      { action: 'change', keys: [], processes: [{ name: 'x', action: 'live', keys: [{ key: 'priority' }] }] },
    ]);
  });

  test('of a pool adds and removes listeners alone, and replaces it where its events change', () => {
    const pool = (events: string, numprocs: number) => {
      const keys = `process_name=l%(process_num)d\nnumprocs=${numprocs}\nevents=${events}`;
      const [found] = groupsOf(`[eventlistener:pool]\ncommand=x\n${keys}\n`);
      if (found === undefined) throw new Error('no pool');
      return found;
    };
    expect(planGroup(pool('TICK_5', 1), pool('TICK_5', 2))).toMatchObject([
      { action: 'change', processes: [{ name: 'l1', action: 'add' }] },
    ]);
    expect(planGroup(pool('TICK_5', 2), pool('TICK_60', 2))).toMatchObject([
      { action: 'replace', keys: [{ key: 'events' }] },
    ]);
  });

  test('replaces a group where it becomes a pool, and where a FastCGI socket changes', () => {
    const [plain] = groupsOf('[program:x]\ncommand=x\n');
    const [pool] = groupsOf('[eventlistener:x]\ncommand=x\nevents=TICK_5\n');
    const fcgi = (keys: string) =>
      groupsOf(`[fcgi-program:x]\ncommand=x\nsocket=unix:///tmp/x\n${keys}\n`)[0];
    const [first, second] = [fcgi('socket_mode=0700'), fcgi('socket_mode=0770')];
    if (!plain || !pool || !first || !second) throw new Error('no group');
    expect(planGroup(plain, pool)).toMatchObject([{ action: 'replace' }]);
    expect(planGroup(first, second)).toMatchObject([{ action: 'replace' }]);
    expect(planGroup(first, { ...first, processes: [...first.processes] })).toEqual([]);
  });
});

test('processes that do not differ keep their configuration when the plan is carried out', () => {
  const before = group('g', named('a'), named('b'));
  const after = group('g', named('b', { command: 'other' }), named('a'));
  const { processes } = plannedGroup(before, after);
  expect(processes.map((process) => before.processes.includes(process))).toEqual([false, true]);
  expect(processes[0]).toBe(after.processes[0]);
});
