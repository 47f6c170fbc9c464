/**
 * Derives hostile inputs from good ones.
 *
 * @module
 */
import type { Random } from '../harness/random.ts';

/** Bytes that mean something in one of the formats. */
const PIECES: readonly string[] = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    '=',
    ';',
    '#',
    '%',
    '%%',
    '%(',
    ')s',
    '"',
    "'",
    '\\',
  ],
  ...['<', '>', '&', '&#', '&amp;', '<!--', '<![CDATA[', ']]>', '<?', '</', '/>', '<value>', '<!DOCTYPE x ['],
  ...[
    '{',
    '}',
    '[',
    ']',
    '{}',
    'null',
    '1e999',
    '-1',
    '0',
    '99999999999999999999',
    '0x',
    '+',
    ',',
    '*',
    '?',
    '[a-',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'HTTP/1.1',
    'RESULT ',
    'READY\n',
    '__proto__',
  ],
  ...['\u00e9', '\u0663', '\ud83d\ude00', '\ufeff', '\u2028', 'a', 'A'],
];

/** Lengths to which a piece is repeated: a quadratic algorithm takes very long for the last one. */
const LENGTHS: readonly number[] = [100, 4000, 100_000];

/**
 * Changes the text in one to four places.
 *
 * @param others texts from which parts are taken
 */
export function mutated(random: Random, text: string, others: readonly string[]): string {
  let result = text;
  for (let changes = random.integer(1, 4); changes > 0; changes -= 1) result = change(random, result, others);
  return result;
}

/** Repeats a short part of the text very often. */
export function amplified(random: Random, text: string): string {
  const at = random.integer(0, text.length);
  const unit = random.chance(0.5) ? random.pick(PIECES) : text.slice(at, at + random.integer(1, 12)) || ' ';
  return text.slice(0, at) + unit.repeat(Math.ceil(random.pick(LENGTHS) / unit.length)) + text.slice(at);
}

function change(random: Random, text: string, others: readonly string[]): string {
  const at = random.integer(0, text.length);
  const end = Math.min(text.length, at + random.integer(1, 20));
  switch (random.integer(0, 6)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, end) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 3:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(end);
    case 4: {
      const other = random.pick(others);
      return text.slice(0, at) + other.slice(random.integer(0, other.length));
    }
    case 5:
      return text.slice(0, at) + String.fromCharCode(random.integer(0, 255)) + text.slice(at + 1);
    default: {
      const lines = text.split('\n');
      const line = random.integer(0, lines.length - 1);
      lines.splice(random.integer(0, lines.length), 0, lines[line] ?? '');
      return lines.join('\n');
    }
  }
}

/** Cuts the bytes into pieces: none, everywhere, or at random. */
export function pieces(random: Random, bytes: Buffer): Buffer[] {
  const longest = random.pick([Number.POSITIVE_INFINITY, 1, 7, 1000]);
  if (longest === Number.POSITIVE_INFINITY || bytes.length > 20_000) return [bytes];
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random.integer(1, longest);
    cut.push(bytes.subarray(at, at + length));
    at += length;
  }
  return cut;
}
