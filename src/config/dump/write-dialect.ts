/**
 * Writes sections and keys in the dialect, so that the reader gets the same texts back.
 *
 * @module
 */
import { isSpace } from '../../python/text.ts';

/** A key with the text that it is to read as, after expansion. */
export interface WrittenKey {
  readonly key: string;
  readonly text: string;
}

export interface WrittenSection {
  readonly name: string;
  readonly keys: readonly WrittenKey[];
  /**
   * An expansion with an empty result: it protects blanks and comment characters. Null if the section knows no
   * name.
   */
  readonly guard: string | null;
}

/** The text of a file. A text that the dialect cannot hold is replaced by a comment about it. */
export function writeDialect(sections: readonly WrittenSection[]): string {
  return sections
    .map(({ name, keys, guard }) =>
      [`[${name}]`, ...keys.map(({ key, text }) => writeKey(key, text, guard))].join('\n').concat('\n'),
    )
    .join('\n');
}

function writeKey(key: string, text: string, guard: string | null): string {
  const value = guardText(text, guard);
  return value === null ? `; ${key} holds what this format cannot carry` : `${key}=${value}`;
}

/** A conversion without a name, which takes the whole mapping as its argument, and is empty. Python allows one in a text. */
const NAMELESS_GUARD = '%.0s';

function guardText(text: string, guard: string | null): string | null {
  if (text.includes('\r')) {
    return null;
  }
  const mark = guard ?? NAMELESS_GUARD;
  const lines = text.split('\n');
  const guarded = lines.map((line, index) => guardLine(line, mark, index === 0, index === lines.length - 1));
  const written = guarded.join('\n\t');
  // A text with this conversion cannot have another one, with a name or without.
  const isWritable = guard !== null || written === lines.join('\n\t') || !needsMore(text, written);
  return isWritable ? written : null;
}

function needsMore(text: string, written: string): boolean {
  return text.includes('%(') || written.split(NAMELESS_GUARD).length > 2;
}

/** An empty line within a value stays; at its end it would be lost. */
function guardLine(line: string, guard: string, isFirst: boolean, isLast: boolean): string {
  if (line === '') {
    return isLast && !isFirst ? guard : '';
  }
  const start = isSpace(line.charAt(0)) || /^[;#]/.test(line) ? guard : '';
  const end = isSpace(line.charAt(line.length - 1)) ? guard : '';
  return `${start}${guardComments(line, guard)}${end}`;
}

/** A comment begins behind white space. */
function guardComments(line: string, guard: string): string {
  let written = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const isComment = (character === ';' || character === '#') && at > 0 && isSpace(line.charAt(at - 1));
    written += isComment ? guard + character : character;
  }
  return written;
}
