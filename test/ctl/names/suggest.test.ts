/** The nearest name to a mistyped one. */
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../../src/ctl/names/suggest.ts';

describe('suggestions', () => {
  it('count a swap as one mistake', () => {
    expect([editDistance('statsu', 'status'), editDistance('', 'abc'), editDistance('abc', 'abc')]).toEqual([
      1, 3, 0,
    ]);
  });

  it('are given for what is near, and for nothing else', () => {
    const names = ['web-1', 'database', 'x'];
    expect([nearestName('wbe-1', names), nearestName('dtabse', names), nearestName('mail', names)]).toEqual([
      'web-1',
      'database',
      null,
    ]);
  });
});
