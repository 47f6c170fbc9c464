import { describe, expect, test } from 'vitest';
import { AnsiStripper } from '../../../src/process/taps/ansi.ts';
import { CAPTURE_BEGIN, CAPTURE_END, Capture } from '../../../src/process/taps/capture.ts';
import { ListenerTap } from '../../../src/process/taps/output-listeners.ts';
import type { OutputTap } from '../../../src/process/taps/output-tap.ts';
import { fc } from '../../properties.ts';

const BEGIN = CAPTURE_BEGIN.toString();
const END = CAPTURE_END.toString();

interface Outcome {
  readonly logged: string;
  readonly captured: readonly string[];
}

/** What a program that writes these pieces leaves in its log and sends to listeners. */
function write(pieces: readonly string[], options: { maxBytes?: number; inner?: OutputTap[] } = {}): Outcome {
  const captured: string[] = [];
  const capture = new Capture({
    maxBytes: options.maxBytes ?? 1_000_000,
    inner: options.inner ?? [],
    onCaptured: (bytes) => captured.push(bytes.toString('latin1')),
  });
  const logged = pieces.map((piece) => capture.take(Buffer.from(piece)).toString('latin1'));
  return { logged: logged.join('') + capture.end().toString('latin1'), captured };
}

describe('what stands between the tags', () => {
  test('goes to listeners and not to the log', () => {
    expect(write([`before\n${BEGIN}hello\n${END}after\n`])).toEqual({
      logged: 'before\nafter\n',
      captured: ['hello\n'],
    });
  });

  test('may be nothing, and come several times', () => {
    expect(write([`${BEGIN}${END}${BEGIN}a${END}-${BEGIN}b${END}`])).toEqual({
      logged: '-',
      captured: ['', 'a', 'b'],
    });
  });

  test('is the same wherever the output is cut in two or three', () => {
    const text = `x<!--${BEGIN}a<!--XSUPERVISOR:b${END}y${BEGIN}c${END}`;
    const whole = write([text]);
    expect(whole).toEqual({ logged: 'x<!--y', captured: ['a<!--XSUPERVISOR:b', 'c'] });
    for (let at = 0; at <= text.length; at += 1) {
      expect(write([text.slice(0, at), text.slice(at)])).toEqual(whole);
      expect(write([text.slice(0, at), text.slice(at, at + 3), text.slice(at + 3)])).toEqual(whole);
    }
    expect(write([...text])).toEqual(whole);
  });

  test('is the same however output with tags, half tags and text is cut', () => {
    const word = fc.constantFrom(BEGIN, END, BEGIN.slice(0, 9), END.slice(0, 20), '<', 'text', '\n');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (words, size) => {
        const text = words.join('');
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        expect(write(pieces)).toEqual(write([text]));
      }),
    );
  });
});

describe('odd tags', () => {
  test('a second BEGIN inside is text of the capture', () => {
    expect(write([`${BEGIN}a${BEGIN}b${END}c${END}`])).toEqual({
      logged: `c${END}`,
      captured: [`a${BEGIN}b`],
    });
  });

  test('an END without a BEGIN is text of the log', () => {
    expect(write([`a${END}b`])).toEqual({ logged: `a${END}b`, captured: [] });
  });

  test('a tag that begins and never ends is written to the log when the program ends', () => {
    expect(write(['text<!--XSUPERVISOR:BEG'])).toEqual({ logged: 'text<!--XSUPERVISOR:BEG', captured: [] });
  });

  test('a capture that never ends is written to the log when the program ends, and makes no event', () => {
    expect(write([`a${BEGIN}never`, ' ended<!--'])).toEqual({ logged: 'anever ended<!--', captured: [] });
  });
});

describe('more than capture_maxbytes', () => {
  test('in several reads keeps the newest, as the reference does', () => {
    expect(write([`${BEGIN}12345`, '67890', 'abc', END], { maxBytes: 10 }).captured).toEqual(['4567890abc']);
  });

  test('in one read is kept whole, as in the reference', () => {
    expect(write([`${BEGIN}123`, '4567890abcdef', END], { maxBytes: 10 }).captured).toEqual([
      '4567890abcdef',
    ]);
  });

  test('for ever costs no memory', () => {
    const piece = 'x'.repeat(1000);
    const { logged } = write([BEGIN, ...Array.from({ length: 5000 }, () => piece)], { maxBytes: 2000 });
    expect(logged).toBe(piece + piece);
  });
});

describe('other taps', () => {
  test('see captured and logged bytes alike, each once', () => {
    const seen: string[] = [];
    const inner = [new ListenerTap((bytes) => seen.push(bytes.toString()))];
    expect(write(['a', `${BEGIN}b${END}c`, `${BEGIN}d`, '<!'], { inner })).toEqual({
      logged: 'acd<!',
      captured: ['b'],
    });
    expect(seen).toEqual(['a', 'b', 'c', 'd', '<!']);
  });

  test('strip escapes from what is captured too', () => {
    expect(
      write([`\u001b[1ma${BEGIN}\u001b[31mred\u001b[0m${END}`], { inner: [new AnsiStripper()] }),
    ).toEqual({
      logged: 'a',
      captured: ['red'],
    });
  });
});
