import { describe, expect, test } from 'vitest';
import type { Process } from '../../../src/process/process.ts';
import type { Replacements, Restarted } from '../../../src/supervisor/restarts/restarts.ts';
import { isInTurn, restartInTurn } from '../../../src/supervisor/update/in-turn.ts';
import { defaultProgram } from '../../config/support.ts';

const base = defaultProgram();

function named(name: string, isUp = true): Process {
  return { config: { ...base, name, command: 'old' }, groupName: 'g', isUp } as unknown as Process;
}

function rolling(name: string) {
  return { ...base, name, command: 'new', restart: { ...base.restart, mode: 'rolling' } } as const;
}

function planned(...processes: readonly Process[]) {
  return processes.map((process) => ({
    process,
    plan: { name: process.config.name, action: 'restart', keys: [] } as const,
  }));
}

describe('a process that an update restarts', () => {
  test('waits for its turn where it runs, and its next configuration asks for that', () => {
    const process = named('a');
    expect(isInTurn(process, 'restart', rolling('a'))).toBe(true);
    expect(isInTurn(process, 'restart', { ...base, name: 'a' })).toBe(false);
    expect(isInTurn(named('a', false), 'restart', rolling('a'))).toBe(false);
    expect(isInTurn(process, 'remove', null)).toBe(false);
  });
});

describe('processes that are restarted in turn', () => {
  const [a, b, c] = [named('a'), named('b'), named('c')];
  const configOf = new Map(['a', 'b', 'c'].map((name) => [name, rolling(name)] as const));
  const options = { groupName: 'g', planned: planned(a, b, c), configOf, isWanted: () => true };

  test('have results, and those that were left keep the configurations that they have', async () => {
    const given: Replacements[] = [];
    // It is stopped for its new configuration, and fails with it.
    const changed = named('b');
    const outcome = await restartInTurn({
      ...options,
      planned: planned(a, changed, c),
      restartWith: async (_group, replacements) => {
        Object.assign(changed, { config: replacements.get(changed)?.config });
        given.push(replacements);
        return [
          { process: a, outcome: 'restarted', reason: '' },
          { process: changed, outcome: 'failed', reason: 'it exited' },
          { process: c, outcome: 'left', reason: '' },
        ] satisfies Restarted[];
      },
    });
    expect(given.map((one) => [...one].map(([, { config }]) => config.command))).toEqual([
      ['new', 'new', 'new'],
    ]);
    expect(outcome.results.map(({ process, action, failure }) => [process, action, failure])).toEqual([
      ['a', 'restart', null],
      ['b', 'restart', 'it exited'],
      ['c', 'restart', 'not restarted'],
    ]);
    expect([...outcome.kept]).toEqual([['c', c.config]]);
  });

  test('keep the configuration of a process whose successor failed', async () => {
    const outcome = await restartInTurn({
      ...options,
      planned: planned(a),
      restartWith: async () => [{ process: a, outcome: 'failed', reason: 'it exited' }] satisfies Restarted[],
    });
    expect([...outcome.kept]).toEqual([['a', a.config]]);
  });

  test('are all left where the daemon refuses', async () => {
    const outcome = await restartInTurn({
      ...options,
      restartWith: () => {
        throw new Error('a restart of g is under way');
      },
    });
    expect(outcome.results.map(({ failure }) => failure)).toEqual(
      Array(3).fill('a restart of g is under way'),
    );
    expect([...outcome.kept.keys()]).toEqual(['a', 'b', 'c']);
  });

  test('are none where nothing waits for its turn', async () => {
    const restartWith = () => Promise.reject(new Error('called'));
    expect(await restartInTurn({ ...options, planned: [], restartWith })).toEqual({
      results: [],
      kept: new Map(),
    });
  });
});
