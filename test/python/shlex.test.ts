import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatEnvironment, parseEnvironment } from '../../src/config/text/environment-list.ts';
import { splitCommand } from '../../src/python/shlex.ts';
import { errorOf } from '../config/support.ts';

describe('commands', () => {
  test.each([
    ['  /bin/x  -a\t-b\n-c ', ['/bin/x', '-a', '-b', '-c']],
    [`a "b c" 'd e'`, ['a', 'b c', 'd e']],
    [`a"b"'c'd`, ['abcd']],
    ['a\\ b "x\\"y\\\\z\\n"', ['a b', 'x"y\\z\\n']],
    [`'a\\b' "" ''`, ['a\\b', '', '']],
    ['a # b', ['a', '#', 'b']],
    ['', []],
  ])('%j splits into %j', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  test('an open quote and a backslash at the end are told as Python tells them', () => {
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

describe('environment lists', () => {
  test.each([
    ['A=1,B=2', { A: '1', B: '2' }],
    ['A="x, y",B=\'z\'', { A: 'x, y', B: 'z' }],
    ['A="say \\"hi\\""', { A: 'say "hi"' }],
    [' A = 1 ,\n\n B = "2" ,', { A: '1', B: '2' }],
    ['A=/usr/bin:/bin.+-()', { A: '/usr/bin:/bin.+-()' }],
    ['A="",B=x', { A: '', B: 'x' }],
    ['A=1#comment', { A: '1' }],
    ['A="1#2"', { A: '1#2' }],
    ['A=1,A=2', { A: '2' }],
    ['', {}],
  ])('%j reads as %j', (text, variables) => {
    expect(parseEnvironment(text)).toEqual(variables);
  });

  test.each(['A', 'A=', '=1', 'A 1', 'A=1 B=2'])('%j is refused', (text) => {
    expect(errorOf(() => parseEnvironment(text))).toBe(
      `Unexpected end of key/value pairs in value '${text}'`,
    );
  });

  test('an open quote is refused', () => {
    expect(errorOf(() => parseEnvironment('A="1'))).toBe('No closing quotation');
  });

  test('whatever is formatted reads back', () => {
    const variables = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(variables, (environment) => {
        expect(parseEnvironment(formatEnvironment(environment))).toEqual({ ...environment });
      }),
    );
  });
});
