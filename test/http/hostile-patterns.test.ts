import { expect, test } from 'vitest';
import { parseHead } from '../../src/http/messages/request-head.ts';
import { cpuMilliseconds } from '../python/cpu-time.ts';
import { complaintsAbout, hostileTexts, writtenPatterns } from '../written-patterns.ts';

const BEGINNINGS = ['', 'GET /', 'a: ', '1;', 'Basic ', 'http://'];
const FILLINGS = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '/',
  ':',
  ':1',
  '%',
  '%41',
  'a',
  'A',
  '1',
  ',',
  '.',
  '-',
  '=',
  '<',
  '&',
  '\u00e9',
  '\ud83d\ude00',
];
const ENDS = ['', '\u0000', 'x\n'];

test('every pattern of the HTTP server takes long hostile input in linear time', () => {
  const all = writtenPatterns(['src/http']);
  expect(all.length).toBeGreaterThan(10);
  const texts = hostileTexts(BEGINNINGS, FILLINGS, ENDS);
  expect(all.flatMap((pattern) => complaintsAbout(pattern, texts))).toEqual([]);
});

/** Characters: a linear reader takes a few milliseconds for them, a quadratic one many seconds. */
const LENGTH = 100_000;
const MOST_MS = 4000;

test('a head of blanks and a NUL is refused in linear time', () => {
  const spent = cpuMilliseconds(() => {
    for (const blanks of [' '.repeat(LENGTH), '\t'.repeat(LENGTH), 'a: \r\n '.repeat(LENGTH / 6)]) {
      expect(parseHead(`GET / HTTP/1.1\r\nX: ${blanks}\u0000`)).toBeNull();
    }
  });
  expect(spent).toBeLessThan(MOST_MS);
});
