/** Names of processes and groups. */
import { describe, expect, it } from 'vitest';
import { joinName, padText, splitName } from '../../../src/ctl/names/names.ts';

describe('names', () => {
  it.each([
    ['cat', { group: 'cat', process: 'cat' }],
    ['group:', { group: 'group', process: null }],
    ['group:*', { group: 'group', process: null }],
    ['a:b:c', { group: 'a', process: 'b:c' }],
  ])('%s is split', (name, expected) => {
    expect(splitName(name)).toEqual(expected);
  });

  it('are short where group and process are the same', () => {
    expect([joinName('a', 'a'), joinName('a', 'b'), joinName('a', null)]).toEqual(['a', 'a:b', 'a:None']);
  });

  it('are padded by characters, not by code units', () => {
    expect(padText('😀ä', 4)).toBe('😀ä  ');
  });
});
