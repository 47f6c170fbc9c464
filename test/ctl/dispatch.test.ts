/** How a typed line is split. */
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/ctl/dispatch.ts';

describe('a line', () => {
  it.each([
    ['', null],
    ['  \t', null],
    [' status  a ', { command: 'status', argument: 'a', line: 'status  a' }],
    ['?', { command: 'help', argument: '', line: 'help ' }],
    ['?stop', { command: 'help', argument: 'stop', line: 'help stop' }],
    ['!ls', { command: null, argument: '', line: '!ls' }],
    ['-x', { command: null, argument: '-x', line: '-x' }],
    ['a-b', { command: 'a', argument: '-b', line: 'a-b' }],
  ])('%j is understood as Python understands it', (text, parsed) => {
    expect(parseLine(text)).toEqual(parsed);
  });
});
