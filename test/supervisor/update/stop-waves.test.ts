import { describe, expect, test } from 'vitest';
import type { Group } from '../../../src/process/group.ts';
import type { Process } from '../../../src/process/process.ts';
import { linkGraph } from '../../../src/schedule/graph.ts';
import { dependenciesAmong, stopWaves, untilStopped } from '../../../src/supervisor/update/stop-waves.ts';
import { defaultProgram } from '../../config/support.ts';

function named(name: string, priority = 999, groupName = name): Process {
  return { groupName, config: { ...defaultProgram(), name, priority } } as unknown as Process;
}

function groupsOf(priorities: Readonly<Record<string, number>>): ReadonlyMap<string, Group> {
  const entries = Object.entries(priorities);
  return new Map(entries.map(([name, priority]) => [name, { name, priority } as unknown as Group]));
}

/** @param edges what each depends on */
function graphOf(edges: Readonly<Record<string, readonly string[]>>) {
  return linkGraph(
    Object.entries(edges).map(([name, on]) => ({
      id: `${name}:${name}`,
      group: name,
      process: name,
      program: name,
      isOneshot: false,
      partOf: [],
      dependsOn: on.map((target) => ({ target, condition: null })),
    })),
  );
}

function names(waves: readonly (readonly Process[])[]): string[][] {
  return waves.map((wave) => wave.map(({ config }) => config.name));
}

describe('waves of stops', () => {
  test('are one where nothing depends on another: the highest priority first, and the highest number', () => {
    const processes = [
      ...['w_1', 'w_10', 'w_2'].map((name) => named(name, 5, 'g')),
      named('late', 9, 'g'),
      named('other', 1, 'h'),
    ];
    expect(names(stopWaves(processes, null, groupsOf({ g: 1, h: 2 })))).toEqual([
      ['other', 'late', 'w_10', 'w_2', 'w_1'],
    ]);
    expect(stopWaves([], null, groupsOf({}))).toEqual([]);
  });

  test('have dependents before what they depend on', () => {
    const graph = graphOf({ db: [], cache: [], api: ['db', 'cache'], web: ['api'] });
    const processes = ['db', 'cache', 'api', 'web'].map((name) => named(name));
    expect(names(stopWaves(processes, graph, groupsOf({})))).toEqual([['web'], ['api'], ['db', 'cache']]);
    // What is not stopped has no place.
    const some = processes.filter(({ config }) => config.name !== 'api');
    expect(names(stopWaves(some, graph, groupsOf({})))).toEqual([['web', 'db', 'cache']]);
  });

  test('have every process once where processes depend on each other in a circle', () => {
    const graph = graphOf({ a: ['b'], b: ['a'] });
    const waves = names(stopWaves([named('a'), named('b')], graph, groupsOf({})));
    expect(waves.flat().sort()).toEqual(['a', 'b']);
  });

  test('what a process depends on is awaited only where it is stopped as well', () => {
    const graph = graphOf({ db: [], cache: [], api: ['db', 'cache'] });
    const [db, api] = [named('db'), named('api')];
    expect(dependenciesAmong(api, [db, api], graph)).toEqual([db]);
    expect(dependenciesAmong(db, [db, api], graph)).toEqual([]);
    expect(dependenciesAmong(api, [db, api], null)).toEqual([]);
  });
});

describe('a process that is awaited', () => {
  test('has stopped when it is in a stopped state and nothing is to follow', async () => {
    const listeners = new Set<() => void>();
    const process = {
      isStopped: false,
      isActive: true,
      reports: 0,
      reportStopping() {
        this.reports += 1;
      },
      onStateChange(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    let isOver = false;
    const end = untilStopped(process as unknown as Process).then(() => {
      isOver = true;
    });
    process.isStopped = true;
    for (const listener of listeners) listener();
    await Promise.resolve();
    // It waits for its next start.
    expect(isOver).toBe(false);
    process.isActive = false;
    for (const listener of listeners) listener();
    await end;
    expect([listeners.size, process.reports]).toEqual([0, 1]);
    await untilStopped(process as unknown as Process);
  });
});
