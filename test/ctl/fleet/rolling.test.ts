/** The plan of a rolling restart of a fleet. */
import { describe, expect, it } from 'vitest';
import { inTurn } from '../../../src/ctl/commands/in-turn.ts';
import { budget, roundRobin } from '../../../src/ctl/fleet/rolling.ts';

it('goes round the nodes', () => {
  expect(roundRobin([['a1', 'a2', 'a3'], [], ['c1']])).toEqual(['a1', 'c1', 'a2', 'a3']);
  expect(roundRobin([])).toEqual([]);
});

it('counts a node that does not answer as down', () => {
  expect(budget(1, 0)).toBe(1);
  expect(budget(3, 1)).toBe(2);
  expect(budget(1, 2)).toBe(0);
});

describe('work in turn', () => {
  it('never has more under way than the limit', async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const left = await inTurn([1, 2, 3, 4, 5], 2, async (step) => {
      begun.push(step);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return true;
    });
    expect([left, most, begun]).toEqual([[], 2, [1, 2, 3, 4, 5]]);
  });

  it('begins nothing after a failure, and ends what is under way', async () => {
    const ended: number[] = [];
    const ends: (() => void)[] = [];
    const working = inTurn([1, 2, 3, 4], 2, async (step) => {
      if (step === 1) return false;
      await new Promise<void>((resolve) => ends.push(resolve));
      ended.push(step);
      return true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    for (const end of ends) end();
    expect([await working, ended]).toEqual([[3, 4], [2]]);
  });

  it('passes on what a step throws, after those under way have ended', async () => {
    const begun: number[] = [];
    const working = inTurn([1, 2], 1, (step) => {
      begun.push(step);
      return Promise.reject(new Error('gone'));
    });
    await expect(working).rejects.toThrow('gone');
    expect(begun).toEqual([1]);
  });
});
