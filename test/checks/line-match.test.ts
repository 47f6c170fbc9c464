import { expect, test } from 'vitest';
import { LineMatch } from '../../src/checks/line-match.ts';

function matcher(pattern: RegExp) {
  let matches = 0;
  const tap = new LineMatch(
    pattern,
    () => true,
    () => {
      matches += 1;
    },
  );
  const take = (text: string): number => {
    expect(tap.take(Buffer.from(text)).toString()).toBe(text);
    return matches;
  };
  return { tap, take };
}

test('a line matches whatever pieces it came in, and once', () => {
  const { tap, take } = matcher(/^listening on \d+$/u);
  expect(take('starting\nlisten')).toBe(0);
  expect(take('ing on 80')).toBe(0);
  expect(take('80\r\nlistening on 8080\n')).toBe(1);
  expect(tap.isOver).toBe(true);
  expect(take('listening on 8080\n')).toBe(1);
});

test('a line without an end matches when the channel ends', () => {
  const { tap, take } = matcher(/ready/u);
  expect(take('ready')).toBe(0);
  tap.end();
  expect(tap.isOver).toBe(true);
});

test('of a line of more than 64 KB only the beginning is matched', () => {
  const long = 'x'.repeat(64 << 10);
  expect(matcher(/ready/u).take(`${long}ready\n`)).toBe(0);
  expect(matcher(/^x+$/u).take(`${long}ready\n`)).toBe(1);
});
