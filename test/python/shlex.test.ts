import { describe, expect, test } from 'vitest';
import { splitCommand, splitKeepingQuotes } from '../../src/python/shlex.ts';
import { fc } from '../properties.ts';

describe('commands', () => {
  test.each([
    ['  /bin/x  -a\t-b\n-c ', ['/bin/x', '-a', '-b', '-c']],
    [`a "b c" 'd e'`, ['a', 'b c', 'd e']],
    [`a"b"'c'd`, ['abcd']],
    ['a\\ b "x\\"y\\\\z\\n"', ['a b', 'x"y\\z\\n']],
    [`'a\\b' "" ''`, ['a\\b', '', '']],
    ['a # b', ['a', '#', 'b']],
    ['\t\r\n', []],
    ['a\u00a0b\u000bc\u2003d 😀 é', ['a\u00a0b\u000bc\u2003d', '😀', 'é']],
    ['', []],
  ])('%j splits into %j', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  test('an open quote and a backslash at the end are reported as in Python', () => {
    expect(() => splitCommand('a "b')).toThrow('No closing quotation');
    expect(() => splitCommand('a \\')).toThrow('No escaped character');
  });

  test('quoted words come back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const command = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ');
        expect(splitCommand(command)).toEqual(words);
      }),
    );
  });
});

describe('words that keep their quotes', () => {
  test.each([
    [`a="b c",'d'`, ['a', '=', '"b c"', ',', "'d'"]],
    [`x"y' z`, [`x"y'`, 'z']],
    ['"a""b"', ['"a"', '"b"']],
    ['"a\\" b', ['"a\\"', 'b']],
    ['a#b\nc', ['ac']],
    ['é+', ['é', '+']],
    ['', []],
  ])('%j splits into %j', (text, words) => {
    expect(splitKeepingQuotes(text, '')).toEqual(words);
  });

  test('an open quote is reported as Python reports it', () => {
    expect(() => splitKeepingQuotes('a="b', '')).toThrow('No closing quotation');
  });
});
