import { afterEach, describe, expect, test, vi } from 'vitest';
import { originalLines } from '../../../src/logs/line-format.ts';
import { LineFormatter, LONGEST_LINE } from '../../../src/process/taps/line-formatter.ts';
import { fc } from '../../properties.ts';

function formatter(format: 'text' | 'json' = 'text'): LineFormatter {
  return new LineFormatter({
    format,
    source: { group: 'web', process: 'web', channel: 'stdout' },
    pid: () => 7,
  });
}

function messages(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\S+ \S+ /, ''));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a channel with a format', () => {
  test('writes whole lines, and the rest when its end comes', () => {
    const tap = formatter();
    expect(messages(tap.take(Buffer.from('on')))).toEqual([]);
    expect(messages(tap.take(Buffer.from('e\ntwo\nthr')))).toEqual(['web stdout | one', 'web stdout | two']);
    expect(messages(tap.take(Buffer.from('ee\n')))).toEqual(['web stdout | three']);
    tap.take(Buffer.from('four'));
    expect(messages(tap.end())).toEqual(['web stdout + four']);
    expect(tap.end()).toHaveLength(0);
  });

  test('writes text without a line end after a second', () => {
    vi.useFakeTimers();
    const tap = formatter();
    const late: string[] = [];
    tap.emitLater((bytes) => late.push(...messages(bytes)));
    tap.take(Buffer.from('prompt> '));
    vi.advanceTimersByTime(999);
    expect(late).toEqual([]);
    vi.advanceTimersByTime(1);
    // Input that has arrived is handled first.
    vi.advanceTimersToNextTimer();
    expect(late).toEqual(['web stdout + prompt> ']);
    expect(messages(tap.take(Buffer.from('answer\n')))).toEqual(['web stdout | answer']);
    vi.advanceTimersByTime(5000);
    expect(late).toHaveLength(1);
  });

  test('writes a long line in parts', () => {
    const tap = formatter();
    const line = 'x'.repeat(2 * LONGEST_LINE + 5);
    const written: Buffer[] = [`a\n${line}`, '\nb\n'].map((piece) =>
      Buffer.from(tap.take(Buffer.from(piece))),
    );
    written.push(tap.end());
    const lengths = messages(Buffer.concat(written)).map((message) => [message.length - 13, message[11]]);
    expect(lengths).toEqual([
      [1, '|'],
      [LONGEST_LINE, '+'],
      [LONGEST_LINE, '+'],
      [5, '|'],
      [1, '|'],
    ]);
  });

  test('loses and changes no byte, however it is read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('text' as const, 'json' as const),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n', '"', '\\', '\t'), maxLength: 12 })),
        (format, pieces) => {
          const tap = formatter(format);
          const written = [...pieces.map((piece) => Buffer.from(tap.take(Buffer.from(piece)))), tap.end()];
          expect(originalLines(format, Buffer.concat(written)).toString()).toBe(pieces.join(''));
        },
      ),
    );
  });
});
