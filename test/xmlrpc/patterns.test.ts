/** Every regular expression of the rooms that read a client's bytes, found in their sources. */
import { describe, expect, test } from 'vitest';
import { complaintsAbout, hostileTexts, writtenPatterns } from '../written-patterns.ts';

const PATTERNS = writtenPatterns(['src/xmlrpc', 'src/rpc', 'src/python/text.ts']);

const HEADS = [
  '',
  '1',
  '-',
  '1e',
  '<methodCall>',
  '<methodCall><methodName>',
  '<params>',
  '<param><value><string>',
];
const UNITS = [
  '1',
  ' ',
  '\n',
  'a',
  'a.',
  '1_',
  '11.',
  '<',
  '>',
  '&',
  '=',
  '"',
  "'",
  '-',
  '+',
  '%',
  '/',
  '\u0000',
  'é',
  '\ud800',
];
const TAILS = ['', '\u0000'];

const HOSTILE = hostileTexts(HEADS, UNITS, TAILS);

describe('a pattern that reads what a client sends', () => {
  test('is found in the sources', () => {
    expect(PATTERNS.length).toBeGreaterThan(8);
  });

  test.each(PATTERNS)('is linear: $where $text', (pattern) => {
    expect(complaintsAbout(pattern, HOSTILE)).toEqual([]);
  });
});
