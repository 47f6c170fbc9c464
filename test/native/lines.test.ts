import { describe, expect, test } from 'vitest';
import { addon } from '../../src/native/addon.ts';
import { formatLines } from '../../src/native/lines.ts';
import { fc } from '../properties.ts';

const HEAD = Buffer.from('{"message":"');
const TAIL = Buffer.from('"}\n');

/** The lines without their ends; a line end at the very end begins no line. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const character = fc.constantFrom(
  ...['a', ' ', '"', '\\', '\n', '\t', '\u0000', '\u001b', '\u001f', '\u007f', 'é', '€', '😀'],
);
/** Mostly plain, with special characters at any place of a step of sixteen bytes. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }) },
      { weight: 1, arbitrary: character },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('lines', () => {
  test('are escaped as JSON.stringify does', () => {
    fc.assert(
      fc.property(text, (lines) => {
        const expected = linesOf(lines).map((line) => `{"message":${JSON.stringify(line)}}\n`);
        expect(formatLines(Buffer.from(lines), HEAD, TAIL, true).toString()).toBe(expected.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('of any bytes become a JSON line each, and the same text as Node.js decodes but for what is not UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const written = formatLines(Buffer.from(bytes), HEAD, TAIL, true).toString();
        const messages = linesOf(written).map((line) => (JSON.parse(line) as { message: string }).message);
        const decoded = linesOf(Buffer.from(bytes).toString());
        const squeezed = (line: string): string => line.replace(/\ufffd+/g, '\ufffd');
        expect(messages.map(squeezed)).toEqual(decoded.map(squeezed));
      }),
      { numRuns: 500 },
    );
  });

  test('keep their bytes where they are not escaped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const written = formatLines(Buffer.from(bytes), Buffer.from('> '), Buffer.from('\n'), false);
        const expected = linesOf(Buffer.from(bytes).toString('latin1')).map((line) => `> ${line}\n`);
        expect(written.toString('latin1')).toBe(expected.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('have the same length for any room, and are whole where they fit', () => {
    fc.assert(
      fc.property(text, fc.boolean(), fc.nat(600), (lines, isJson, room) => {
        const whole = Buffer.from(formatLines(Buffer.from(lines), HEAD, TAIL, isJson));
        const guarded = Buffer.alloc(room + 64, 0xaa);
        const length = addon.formatLines(isJson, HEAD, TAIL, Buffer.from(lines), guarded.subarray(0, room));
        expect(length).toBe(whole.length);
        if (length <= room) expect(guarded.subarray(0, length)).toEqual(whole);
        // Nothing is written behind the room.
        expect(guarded.subarray(room)).toEqual(Buffer.alloc(64, 0xaa));
      }),
      { numRuns: 500 },
    );
  });

  test('may have a head that is longer than usual, and an empty one', () => {
    for (const length of [0, 15, 16, 17, 511, 512, 513, 5000]) {
      const head = Buffer.alloc(length, 'h');
      const written = formatLines(Buffer.from('a\nb'), head, TAIL, true).toString();
      expect(written).toBe(`${head}a"}\n${head}b"}\n`);
    }
  });
});
