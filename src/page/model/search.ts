/**
 * Search in lines of a log.
 *
 * @module
 */
import { plainText, type Styled, styledText } from './ansi.ts';
import type { LogText } from './log-text.ts';

export interface Place {
  readonly block: number;
  readonly line: number;
}

/** The lines with the text, whatever its case; the oldest first. */
export function placesOf({ blocks }: LogText, wanted: string): Place[] {
  if (wanted === '') return [];
  const pattern = patternOf(wanted);
  return blocks.flatMap(({ key, lines }) =>
    lines.flatMap(({ text }, line) => (plainText(text).search(pattern) < 0 ? [] : [{ block: key, line }])),
  );
}

export interface Marked extends Styled {
  readonly isMatch: boolean;
}

/** The pieces of a line, each with one style and either all or nothing of a match. */
export function markedText(line: string, wanted: string): Marked[] {
  const pieces = styledText(line);
  if (wanted === '') return pieces.map((piece) => ({ ...piece, isMatch: false }));
  const matches = [...plainText(line).matchAll(patternOf(wanted))].map((match): [number, number] => [
    match.index,
    match.index + match[0].length,
  ]);
  const marked: Marked[] = [];
  let at = 0;
  let next = 0;
  for (const { text, style } of pieces) {
    const end = at + text.length;
    let from = at;
    while (from < end) {
      while (next < matches.length && (matches[next]?.[1] ?? 0) <= from) next += 1;
      const [begin, until] = matches[next] ?? [end, end];
      const isMatch = begin <= from;
      const to = Math.min(end, isMatch ? until : begin);
      marked.push({ text: text.slice(from - at, to - at), style, isMatch });
      from = to;
    }
    at = end;
  }
  return marked;
}

function patternOf(wanted: string): RegExp {
  return new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
}
