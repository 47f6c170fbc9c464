import { describe, expect, test } from 'vitest';
import { lineWriter, originalLines } from '../../src/logs/line-format.ts';
import { OriginalPieces } from '../../src/logs/original-log.ts';
import { timeStamp } from '../../src/logs/time-stamp.ts';
import { fc } from '../properties.ts';

const SOURCE = { group: 'web', process: 'web_0', pid: 12, channel: 'stdout' } as const;
const AT = Date.UTC(2026, 10, 26, 18, 0, 0, 7);

function text(
  lines: string,
  source: typeof SOURCE | { group: 'web'; process: 'web'; pid: 1; channel: 'stderr' } = SOURCE,
) {
  return lineWriter('text', source).format(Buffer.from(lines), AT).toString();
}

function json(lines: string | Buffer): unknown[] {
  const written = lineWriter('json', SOURCE).format(Buffer.from(lines), AT).toString();
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('text', () => {
  test('has time, name and channel in front of each line', () => {
    const head = `${timeStamp(AT)} web:web_0 stdout |`;
    expect(text('one\n\ntwo\n')).toBe(`${head} one\n${head} \n${head} two\n`);
  });

  test('names a process as its group where both have one name', () => {
    expect(text('x\n', { group: 'web', process: 'web', pid: 1, channel: 'stderr' })).toBe(
      `${timeStamp(AT)} web stderr | x\n`,
    );
  });

  test('marks text without a line end', () => {
    expect(text('begun')).toBe(`${timeStamp(AT)} web:web_0 stdout + begun\n`);
  });

  test('keeps bytes that are not UTF-8', () => {
    const line = Buffer.from([0xff, 0xe9, 0x0a]);
    expect(lineWriter('text', SOURCE).format(line, AT).subarray(-3)).toEqual(line);
  });
});

describe('json', () => {
  test('is one object for each line', () => {
    const members = { time: '2026-11-26T18:00:00.007Z', ...SOURCE };
    expect(json('one\nsay "é\\\u001b[1m"\r\n')).toEqual([
      { ...members, message: 'one' },
      { ...members, message: 'say "é\\\u001b[1m"\r' },
    ]);
    expect(json('begun')).toEqual([{ ...members, message: 'begun', partial: true }]);
  });

  test('has U+FFFD for bytes that are not UTF-8', () => {
    expect(json(Buffer.from([0x61, 0xff, 0x0a]))).toMatchObject([{ message: 'a\ufffd' }]);
  });
});

describe('the original lines', () => {
  const format = fc.constantFrom('text', 'json');
  const lines = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((line) => line.replaceAll('\n', '')),
  );

  test('are what was formatted', () => {
    fc.assert(
      fc.property(format, lines, fc.string(), (kind, whole, rest) => {
        const parts = [whole.map((line) => `${line}\n`).join(''), rest.replaceAll('\n', '')].filter(Boolean);
        const written = parts.map((part) =>
          Buffer.from(lineWriter(kind, SOURCE).format(Buffer.from(part), AT)),
        );
        expect(originalLines(kind, Buffer.concat(written)).toString()).toBe(
          Buffer.from(parts.join('')).toString(),
        );
      }),
    );
  });

  test('come out of pieces that are cut anywhere', () => {
    fc.assert(
      fc.property(format, lines, fc.integer({ min: 1, max: 50 }), (kind, whole, size) => {
        const original = whole.map((line) => `${line}\n`).join('');
        const written =
          original === '' ? Buffer.alloc(0) : lineWriter(kind, SOURCE).format(Buffer.from(original), AT);
        const pieces = new OriginalPieces(kind, false);
        let read = '';
        for (let at = 0; at < written.length; at += size) {
          read += pieces.take(written.subarray(at, at + size)).toString();
        }
        expect(read).toBe(original);
      }),
    );
  });

  test('of another form stay as they are', () => {
    const mixed = Buffer.from('raw line\n{"time":1,"other":2}\n');
    expect(originalLines('json', mixed)).toEqual(mixed);
    expect(originalLines('text', mixed)).toEqual(mixed);
  });
});
