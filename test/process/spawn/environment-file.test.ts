import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { EnvironmentSyntaxError, parseEnvironmentFile } from '../../../src/process/spawn/environment-file.ts';
import { fc } from '../../properties.ts';

function read(text: string): Record<string, string> {
  return Object.fromEntries(parseEnvironmentFile(text));
}

describe('a file of env_files', () => {
  test.each([
    ['A=1\nB=two words \n', { A: '1', B: 'two words' }],
    ['# comment\n\n  export A=1\nexport\tB=2', { A: '1', B: '2' }],
    ['A=x # comment\nB=x#y\nC=#none\nD=', { A: 'x', B: 'x#y', C: '', D: '' }],
    [`A='a "b" \\n $c'\nB="a \\"b\\" \\\\ \\$ \\n"`, { A: 'a "b" \\n $c', B: 'a "b" \\ $ \\n' }],
    [`A="two\nlines"\nB='three\n\nlines'`, { A: 'two\nlines', B: 'three\n\nlines' }],
    [`A=a"b c"'d'e`, { A: 'ab cde' }],
    ['A=one\\\ntwo\\ three\\ ', { A: 'onetwo three ' }],
    ['A = 1', { A: '1' }],
    ['\ufeffA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=1\nA=2', { A: '2' }],
    ['APP.NAME=x\nA-B=$HOME `id` $(id)', { 'APP.NAME': 'x', 'A-B': '$HOME `id` $(id)' }],
  ])('reads %j', (text, variables) => {
    expect(read(text)).toEqual(variables);
  });

  test.each([
    ['A=1\nB', 2, 'not NAME=VALUE'],
    ['set A=1', 1, 'not NAME=VALUE'],
    ['1A=1', 1, "not a name of a variable: '1A'"],
    ['\n\nA="x\ny', 3, 'no closing quotation: "'],
  ])('refuses %j in its line', (text, line, message) => {
    expect(() => parseEnvironmentFile(text)).toThrow(EnvironmentSyntaxError);
    expect(() => parseEnvironmentFile(text)).toThrow(expect.objectContaining({ line, message }));
  });

  test('gives quoted values as a shell does', () => {
    const part = fc.oneof(
      fc.stringMatching(/^[a-z0-9 #;=~*]{0,6}$/).map((text) => `'${text}'`),
      fc.stringMatching(/^[a-z0-9 #;='\n]{0,6}$/).map((text) => `"${text}"`),
      fc.constantFrom('"\\""', '"\\\\"', '"\\$"', '"\\`"', '"\\n"', 'word', '\\ ', '\\#', "\\'"),
    );
    const values = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const samples = fc.sample(values, { numRuns: 60, seed: 7 });
    const script = samples.map((value) => `A=${value}\nprintf '%s\\0' "$A"`).join('\n');
    const shell = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(samples.map((value) => read(`A=${value}`).A)).toEqual(shell);
  });
});
