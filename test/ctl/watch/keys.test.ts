/** The keys of the live view. */
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../src/ctl/watch/keys.ts';

describe('keys', () => {
  it.each([
    ['\u001b[A\u001b[B', ['up', 'down']],
    ['\u001bOA', ['up']],
    ['\u001b[5~\u001b[6~', ['page-up', 'page-down']],
    ['\u001b', ['escape']],
    ['\u001b[24~q', [{ text: 'q' }]],
    ['\r\u0003\u007f', ['enter', 'interrupt', 'backspace']],
    ['ä😀', [{ text: 'ä' }, { text: '😀' }]],
    ['\u0001', []],
  ])('%j', (input, keys) => {
    expect(readKeys(input)).toEqual(keys);
  });
});
