import { describe, expect, test } from 'vitest';
import { decimalInteger, strip, stripEnd, stripStart } from '../../src/python/text.ts';
import { cpuMilliseconds } from './cpu-time.ts';

describe('white space at the ends of a text', () => {
  test.each([
    [' a b\t\n', 'a b'],
    ['\u00a0\u3000x\u2003', 'x'],
    ['\u001cx\u001f', 'x'],
    ['\u200bx', '\u200bx'],
    ['   ', ''],
    ['', ''],
  ])('of %j is stripped as Python strips it', (text, stripped) => {
    expect(strip(text)).toBe(stripped);
    expect(stripEnd(stripStart(text))).toBe(stripped);
  });

  test('is stripped in time that grows with the length', () => {
    const text = `1${' '.repeat(1 << 20)}x`;
    expect(cpuMilliseconds(() => strip(`${text}\n`))).toBeLessThan(5000);
    expect(strip(text)).toBe(text);
  });
});

describe('a whole number', () => {
  test.each([
    ['007', 7],
    [' -1_000 ', -1000],
    ['-0', 0],
    ['1_', null],
    ['1 x', null],
    ['', null],
  ])('%j is read as Python reads it', (text, number) => {
    expect(decimalInteger(text)).toBe(number);
  });

  test('of more than 4300 digits is refused, as in Python', () => {
    expect(decimalInteger('9'.repeat(4300))).toBe(Number.MAX_SAFE_INTEGER);
    expect(decimalInteger('9'.repeat(4301))).toBeNull();
    expect(decimalInteger(`1${'_1'.repeat(4299)}`)).toBe(Number.MAX_SAFE_INTEGER);
    expect(decimalInteger(`1${'_1'.repeat(4300)}`)).toBeNull();
  });
});
