/**
 * The lines of a log as the rows of a terminal.
 *
 * @module
 */
import { paint } from '../terminal/colour.ts';
import { fitText, textWidth } from '../terminal/text-width.ts';
import type { Channel, LogLine } from './log-lines.ts';

/** Within text of another colour, which continues behind it. */
const REVERSE = '\u001b[7m';
const NOT_REVERSE = '\u001b[27m';
const DIM = '2';
const STDERR_COLOUR = '31';
/** In front of the lines of stderr where both channels are shown. */
export const STDERR_MARK = '! ';
const NO_MARK = '  ';
/** The most code units of a character with its accents, which fills one cell; further ones are not measured. */
const MOST_UNITS_OF_CELL = 8;

export interface PictureOptions {
  /** Null for both. */
  readonly channel: Channel | null;
  readonly isWrapped: boolean;
  /** Marked wherever it is; empty for none. */
  readonly search: string;
  readonly hasColour: boolean;
  readonly columns: number;
  /** In rows; at least 1. */
  readonly height: number;
}

export interface Picture {
  /** At most as many as the height. */
  readonly rows: readonly string[];
  /** Number of the first line that is shown. */
  readonly first: number;
  /** The last line is shown. */
  readonly isAtEnd: boolean;
  /** How many lines are below it. */
  readonly below: number;
}

export const NO_PICTURE: Picture = { rows: [], first: 0, isAtEnd: true, below: 0 };

/**
 * Draws the lines from one on, or the end.
 *
 * @param top number of the first line; null for the end
 */
export function drawLines(all: readonly LogLine[], top: number | null, options: PictureOptions): Picture {
  const from = top === null ? -1 : all.findIndex(({ number }) => number >= top);
  if (from < 0) return drawEnd(all, options);
  const { height } = options;
  const rows: string[] = [];
  let at = from;
  for (; at < all.length && rows.length < height; at += 1) {
    rows.push(...rowsOf(all[at] as LogLine, options));
  }
  // The last lines fill the screen: nothing is left to scroll to.
  const isAtEnd = at >= all.length && rows.length <= height;
  if (isAtEnd && rows.length < height) return drawEnd(all, options);
  return { rows: rows.slice(0, height), first: all[from]?.number ?? 0, isAtEnd, below: all.length - at };
}

function drawEnd(all: readonly LogLine[], options: PictureOptions): Picture {
  const { height } = options;
  const rows: string[] = [];
  let at = all.length;
  while (at > 0 && rows.length < height) {
    at -= 1;
    rows.unshift(...rowsOf(all[at] as LogLine, options));
  }
  return { rows: rows.slice(-height), first: all[at]?.number ?? 0, isAtEnd: true, below: 0 };
}

/** The rows of a line on the screen. */
function rowsOf(line: LogLine, options: PictureOptions): string[] {
  const { channel, columns, isWrapped } = options;
  const hasMarks = channel === null && columns > STDERR_MARK.length;
  const mark = hasMarks && line.channel === 'stderr' ? STDERR_MARK : NO_MARK;
  const width = hasMarks ? columns - STDERR_MARK.length : columns;
  const parts = isWrapped ? split(line.text, width) : [line.text.slice(0, MOST_UNITS_OF_CELL * (width + 1))];
  return parts.map((part, index) => {
    const shown = decorate(fitText(part, width), line, options);
    return hasMarks ? (index === 0 ? mark : NO_MARK) + shown : shown;
  });
}

function decorate(text: string, line: LogLine, { search, hasColour }: PictureOptions): string {
  const marked = search === '' ? text : highlight(text, search);
  if (!hasColour) return marked;
  if (line.channel === null) return paint(DIM, marked);
  return line.channel === 'stderr' ? paint(STDERR_COLOUR, marked) : marked;
}

/** Pieces of at most `width` cells. */
function split(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of text) {
    const cells = textWidth(character);
    if (used + cells > width && part !== '') {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += cells;
  }
  return [...parts, part];
}

/** All places of a text, in any case, in reverse video. */
function highlight(text: string, search: string): string {
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  // Some characters have another length in lower case, and then the places are not those of the text.
  if (lower.length !== text.length) return text;
  let shown = '';
  let at = 0;
  for (let found = lower.indexOf(wanted); found >= 0; found = lower.indexOf(wanted, at)) {
    shown += text.slice(at, found) + REVERSE + text.slice(found, found + wanted.length) + NOT_REVERSE;
    at = found + wanted.length;
  }
  return shown + text.slice(at);
}
