/** NODE/group:process, and what each node is asked to do. */
import { describe, expect, it } from 'vitest';
import { chooseNodes, planTargets, readTarget, type TargetPlan } from '../../../src/ctl/fleet/targets.ts';

const WEB = { group: 'web', name: 'web' };
const POOL = [
  { group: 'pool', name: 'w1' },
  { group: 'pool', name: 'w2' },
];
const PROCESSES = new Map([
  ['app1', [WEB, ...POOL]],
  ['app2', [WEB]],
  ['db', [{ group: 'sql', name: 'sql' }]],
]);

function plan(words: readonly string[], silent: readonly string[] = [], takesGroups = false): TargetPlan {
  return planTargets(words.map(readTarget), PROCESSES, { silent, takesGroups });
}

function namesOf(words: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(plan(words).names);
}

describe('a name in a fleet', () => {
  it('has the node in front of the slash, and all nodes without one', () => {
    expect(readTarget('app1/web:a')).toEqual({ word: 'app1/web:a', node: 'app1', name: 'web:a' });
    expect(readTarget('web:*')).toEqual({ word: 'web:*', node: '*', name: 'web:*' });
    expect(readTarget('app1/')).toEqual({ word: 'app1/', node: 'app1', name: 'all' });
  });

  it('chooses nodes in the order of the fleet, and reports those that do not exist', () => {
    const fleet = ['app1', 'app2', 'db'];
    const choose = (...words: string[]) => chooseNodes(words.map(readTarget), fleet);
    expect(choose('db/', 'app*/web').nodes).toEqual(fleet);
    expect(choose().nodes).toEqual(fleet);
    expect(choose('nope/web', 'app2/web')).toMatchObject({
      nodes: ['app2'],
      unknown: [{ word: 'nope/web' }],
    });
  });
});

describe('the plan for the nodes', () => {
  it('asks only nodes that have the process', () => {
    expect(namesOf(['web'])).toEqual({ app1: ['web'], app2: ['web'] });
    expect(namesOf(['app*/pool:*'])).toEqual({ app1: ['pool:*'] });
    expect(namesOf(['app*/pool:w?'])).toEqual({ app1: ['pool:w1', 'pool:w2'] });
    expect(namesOf(['*/pool:*', 'sql'])).toEqual({ app1: ['pool:*'], db: ['sql'] });
  });

  it('passes a name on to a node that is named without a pattern', () => {
    expect(plan(['app2/pool:w1', 'app2/nope*'])).toEqual({
      names: new Map([['app2', ['pool:w1', 'nope*']]]),
      missing: [],
    });
  });

  it('has each name once, and nothing beside all', () => {
    expect(namesOf(['app1/web', 'web', 'app1/w*'])).toEqual({
      app1: ['web', 'pool:w1', 'pool:w2'],
      app2: ['web'],
    });
    expect(namesOf(['app2/web', 'app2/'])).toEqual({ app2: ['all'] });
    expect(namesOf(['all'])).toEqual({ app1: ['all'], app2: ['all'], db: ['all'] });
  });

  it('reports what no node has, unless a node that may have it does not answer', () => {
    expect(plan(['nope', 'web']).missing).toMatchObject([{ word: 'nope' }]);
    expect(plan(['nope'], ['app3']).missing).toEqual([]);
    expect(plan(['db/web', 'app*/nope'], ['cache']).missing).toMatchObject([{ word: 'app*/nope' }]);
  });

  it('takes a word for a group where the command does', () => {
    expect(plan(['pool'], [], true).names).toEqual(new Map([['app1', ['pool']]]));
    expect(plan(['pool']).missing).toMatchObject([{ word: 'pool' }]);
  });
});
