import { describe, expect, test } from 'vitest';
import { plainText, styledText } from '../../src/page/model/ansi.ts';
import { bytesBeforeLine, PieceDecoder, windowOfBytes } from '../../src/page/model/log-cut.ts';
import {
  appendText,
  EMPTY_TEXT,
  LONGEST_LINE,
  type LogText,
  lineCount,
  prependText,
  withNote,
} from '../../src/page/model/log-text.ts';
import { markedText, placesOf } from '../../src/page/model/search.ts';

function linesOf({ blocks }: LogText): string[] {
  return blocks.flatMap(({ lines }) => lines.map(({ text }) => text));
}

describe('the text of a log', () => {
  test('grows by pieces that end anywhere', () => {
    const text = ['one\ntw', 'o', '\n\nthree', '\n'].reduce(appendText, EMPTY_TEXT);
    expect(linesOf(text)).toEqual(['one', 'two', '', 'three']);
    expect(text.isOpen).toBe(false);
  });

  test('gets older lines in front of it', () => {
    expect(linesOf(prependText(appendText(EMPTY_TEXT, 'c\n'), 'a\nb\n'))).toEqual(['a', 'b', 'c']);
  });

  test('keeps the beginning of a line of any length, and counts the rest', () => {
    let text = EMPTY_TEXT;
    for (let piece = 0; piece < 50; piece += 1) text = appendText(text, 'x'.repeat(1 << 20));
    const [line] = text.blocks[0]?.lines ?? [];
    expect(line?.text).toHaveLength(LONGEST_LINE);
    expect(line?.cut).toBe((50 << 20) - LONGEST_LINE);
    expect(linesOf(appendText(text, '\nnext'))).toHaveLength(2);
  });

  test('has a bounded number of lines: the oldest go, or the newest where older ones are read', () => {
    const many = Array.from({ length: 12_000 }, (_, index) => `${index}\n`).join('');
    const text = appendText(EMPTY_TEXT, many);
    expect(lineCount(text)).toBe(10_000);
    expect(linesOf(text).at(-1)).toBe('11999');
    expect(linesOf(prependText(text, 'older\n'))[0]).toBe('older');
    expect(lineCount(prependText(text, 'older\n'))).toBeLessThanOrEqual(10_000);
  });

  test('has a bounded number of characters where lines are long', () => {
    const long = `${'x'.repeat(LONGEST_LINE)}\n`;
    let text = EMPTY_TEXT;
    for (let piece = 0; piece < 100; piece += 1) text = appendText(text, long.repeat(16));
    const characters = linesOf(text).reduce((sum, { length }) => sum + length, 0);
    expect(characters).toBeLessThanOrEqual(4 << 20);
    expect(characters).toBeGreaterThan(3 << 20);
    expect(linesOf(prependText(text, 'older\n'))[0]).toBe('older');
  });

  test('does not render blocks again that stay as they are', () => {
    const before = appendText(EMPTY_TEXT, 'line\n'.repeat(250));
    const after = appendText(before, 'more\n');
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks[2]?.key).toBe(before.blocks[2]?.key);
  });

  test('shows control characters as symbols, and no end of a line of Windows', () => {
    expect(linesOf(appendText(EMPTY_TEXT, 'a\0b\x7f\tc\r\n'))).toEqual(['a\u2400b\u2421\tc']);
  });

  test('has notes of the page on lines of their own', () => {
    const lines = linesOf(appendText(withNote(appendText(EMPTY_TEXT, 'half'), 'rotated'), 'new\n'));
    expect(lines.map(plainText)).toEqual(['half', 'rotated', 'new']);
  });
});

test('a character that is in two pieces is read once, and bytes that are not UTF-8 do no harm', () => {
  const decoder = new PieceDecoder();
  const bytes = new TextEncoder().encode('ü');
  expect(decoder.text(bytes.subarray(0, 1)) + decoder.text(bytes.subarray(1))).toBe('ü');
  expect(decoder.text(Uint8Array.of(0xff, 0x41))).toBe('\ufffdA');
});

test('a piece from the middle of a log begins with the rest of a line', () => {
  expect(bytesBeforeLine(new TextEncoder().encode('rest\nline\n'))).toBe(5);
  expect(bytesBeforeLine(new TextEncoder().encode('no end'))).toBe(0);
});

test.each([
  [0, 3, 'abc', 0],
  [4, 2, 'ef', 4],
  [4, 100, 'efghij', 4],
  [-3, 3, 'hij', 7],
  [-100, 100, 'abcdefghij', 0],
  [50, 5, '', 10],
])('of bytes that pass by, %i with %i bytes are kept', (offset, length, text, begin) => {
  for (const sizes of [[10], [1, 2, 3, 4], [4, 0, 6]]) {
    const window = windowOfBytes(offset, length);
    let at = 0;
    for (const size of sizes) {
      window.add(new TextEncoder().encode('abcdefghij'.slice(at, at + size)));
      at += size;
    }
    const got = window.get();
    expect([new TextDecoder().decode(got.bytes), got.begin, got.size]).toEqual([text, begin, 10]);
  }
});

describe('colours of a terminal', () => {
  test('become styles, and other sequences are left out', () => {
    expect(styledText('\x1b[1;31merror\x1b[0m: \x1b]0;title\x07\x1b[2Kgone')).toEqual([
      { text: 'error', style: 'a1 ab' },
      { text: ': ', style: '' },
      { text: 'gone', style: '' },
    ]);
  });

  test.each([
    ['38;5;9', 'a9'],
    ['38;5;196', 'a9'],
    ['48;5;21', 'g12'],
    ['38;2;255;255;255', 'a15'],
    ['38;2;0;180;0', 'a2'],
    ['97;40', 'a15 g0'],
    ['3;4;7', 'ai au ar'],
  ])('of %s is %s', (codes, style) => {
    expect(styledText(`\x1b[${codes}mx`)).toEqual([{ text: 'x', style }]);
  });

  test('that are broken off or nonsense do no harm', () => {
    for (const line of ['\x1b', '\x1b[', '\x1b[31', '\x1b[999;;;m', '\x1b[38;5m', '\x1b]never ends']) {
      expect(() => styledText(line)).not.toThrow();
    }
  });
});

describe('a search', () => {
  const text = appendText(EMPTY_TEXT, 'An \x1b[31mErr\x1b[0mor\nnothing\nerror error (x)\n');

  test('finds lines whatever the case, also across colours', () => {
    expect(placesOf(text, 'error').map(({ line }) => line)).toEqual([0, 2]);
    expect(placesOf(text, '(x)').map(({ line }) => line)).toEqual([2]);
    expect(placesOf(text, '')).toEqual([]);
  });

  test('marks each match, with the colours that it has', () => {
    expect(markedText('An \x1b[31mErr\x1b[0mor!', 'error')).toEqual([
      { text: 'An ', style: '', isMatch: false },
      { text: 'Err', style: 'a1', isMatch: true },
      { text: 'or', style: '', isMatch: true },
      { text: '!', style: '', isMatch: false },
    ]);
    expect(markedText('aXbX', 'x').map(({ text: piece, isMatch }) => [piece, isMatch])).toEqual([
      ['a', false],
      ['X', true],
      ['b', false],
      ['X', true],
    ]);
  });
});
