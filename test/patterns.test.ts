/**
 * Every regular expression that is written in src/, on long hostile texts. Those of the rooms that read what clients send
 * have tests of their own, with texts that fit them.
 */
import { expect, test } from 'vitest';
import { complaintsAbout, hostileTexts, type Pattern, writtenPatterns } from './written-patterns.ts';

const TESTED_APART = /^src\/(?:http|xmlrpc|rpc)\//;

const UNITS = [
  ' ',
  '\t',
  '\n',
  'a',
  'A',
  '1',
  '-',
  '.',
  '/',
  ':',
  '=',
  ',',
  '%',
  '*',
  '"',
  "'",
  '\\',
  '[',
  '(',
  '\u00e9',
];
const ENDS = ['', '\0', '\n!'];

/** Repetitions of what patterns have in common, and of what this one names itself, behind its own beginning. */
function textsFor({ text }: Pattern): string[] {
  const literal = text.replaceAll(/\\[a-z]|[\\^$*+?()[\]{}|]/gi, '');
  const own = [...new Set([...literal, literal.slice(0, 2), literal.slice(1, 4)])].filter(
    (unit) => unit !== '',
  );
  const units = [...new Set([...UNITS, ...own.slice(0, 12)])];
  return hostileTexts(['', literal.slice(0, 3)], units, ENDS);
}

test('every pattern of the source takes long hostile texts in linear time', () => {
  const all = writtenPatterns(['src']).filter(({ where }) => !TESTED_APART.test(where));
  expect(all.length).toBeGreaterThan(50);
  expect(all.flatMap((pattern) => complaintsAbout(pattern, textsFor(pattern)))).toEqual([]);
});

test.each([
  ['/\\s+$/', ' '],
  ['/a+b/g', 'a'],
])('%s is reported', (text, unit) => {
  expect(complaintsAbout({ where: 'a.ts:1', text }, hostileTexts([''], [unit], ['x']))).toHaveLength(1);
});
