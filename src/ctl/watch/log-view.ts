/**
 * The output of one process inside the live view: stdout and stderr, followed or paused, with a search.
 *
 * @module
 */
import { paint } from '../terminal/colour.ts';
import { fitText, printable, textWidth } from '../terminal/text-width.ts';
import { openHelp } from './help.ts';
import { editText, type Key } from './keys.ts';
import type { Channel, LogLine, LogLines } from './log-lines.ts';
import type { Page } from './pager.ts';
import type { Size } from './terminal.ts';

const BOLD = '1';
/** Inside of another colour, which goes on behind it. */
const REVERSE = '\u001b[7m';
const NOT_REVERSE = '\u001b[27m';
const DIM = '2';
const STDERR_COLOUR = '31';
/** In front of the lines of stderr where both channels are shown. */
const STDERR_MARK = '! ';
const NO_MARK = '  ';
/** Of a character that fills a cell, with its accents: what is behind them is not measured. */
const MOST_UNITS_OF_CELL = 8;
const CHOICES: readonly (Channel | null)[] = [null, 'stdout', 'stderr'];
const KEYS = ['q back', '↑↓ scroll', 'Tab stdout/stderr', '/ search', 'w wrap', '? help'];

export interface LogViewOptions {
  /** They may grow. */
  readonly lines: LogLines;
  /** What is shown for the name of the process. */
  readonly title: string;
  readonly hasColour: boolean;
  readonly close: () => void;
}

/** Shows the end of both channels, and what keys make of it. */
export function openLogView({ lines, title, hasColour, close }: LogViewOptions): Page {
  let channel: Channel | null = null;
  /** The number of the first line that is shown; null follows the end. */
  let top: number | null = null;
  let isWrapped = false;
  let search = '';
  let typed: string | null = null;
  let message = '';
  let help: Page | null = null;
  let height = 1;
  /** Of the last picture: the first line that was shown, and the end that was known. */
  let firstShown = 0;
  let isAtEnd = true;
  /** How many lines are below it. */
  let below = 0;

  const decorate = (text: string, line: LogLine): string => {
    const marked = search === '' ? text : highlight(text, search);
    if (!hasColour) return marked;
    if (line.channel === null) return paint(DIM, marked);
    return line.channel === 'stderr' ? paint(STDERR_COLOUR, marked) : marked;
  };
  /** The rows of a line on the screen. */
  const rowsOf = (line: LogLine, columns: number): string[] => {
    const hasMarks = channel === null && columns > STDERR_MARK.length;
    const mark = hasMarks && line.channel === 'stderr' ? STDERR_MARK : NO_MARK;
    const width = hasMarks ? columns - STDERR_MARK.length : columns;
    const parts = isWrapped
      ? split(line.text, width)
      : [line.text.slice(0, MOST_UNITS_OF_CELL * (width + 1))];
    return parts.map((part, index) => {
      const shown = decorate(fitText(part, width), line);
      return hasMarks ? (index === 0 ? mark : NO_MARK) + shown : shown;
    });
  };
  const picture = (all: readonly LogLine[], columns: number): string[] => {
    const from = top === null ? -1 : all.findIndex(({ number }) => number >= (top ?? 0));
    if (from < 0) return pictureOfEnd(all, columns);
    const rows: string[] = [];
    let at = from;
    for (; at < all.length && rows.length < height; at += 1) {
      rows.push(...rowsOf(all[at] as LogLine, columns));
    }
    // The last lines fill the screen: nothing is left to scroll to.
    isAtEnd = at >= all.length && rows.length <= height;
    if (isAtEnd && rows.length < height) return pictureOfEnd(all, columns);
    firstShown = all[from]?.number ?? 0;
    below = all.length - at;
    return rows.slice(0, height);
  };
  const pictureOfEnd = (all: readonly LogLine[], columns: number): string[] => {
    const rows: string[] = [];
    let at = all.length;
    while (at > 0 && rows.length < height) {
      at -= 1;
      rows.unshift(...rowsOf(all[at] as LogLine, columns));
    }
    isAtEnd = true;
    below = 0;
    firstShown = all[at]?.number ?? 0;
    return rows.slice(-height);
  };
  const scroll = (by: number): void => {
    const all = lines.of(channel);
    const at = all.findIndex(({ number }) => number >= firstShown);
    if (by > 0 && isAtEnd) {
      top = null;
      return;
    }
    const place = Math.min(all.length - 1, Math.max(0, at + by));
    // All lines are on the screen: it goes on following.
    if (top === null && place === at) return;
    top = all[place]?.number ?? null;
  };
  /** @param direction -1 for a match before the picture, 1 for one after its first line */
  const find = (direction: -1 | 1, from: number): void => {
    const wanted = search.toLowerCase();
    if (wanted === '') return;
    const all = lines.of(channel).filter(({ text }) => text.toLowerCase().includes(wanted));
    const match =
      direction < 0 ? all.findLast(({ number }) => number < from) : all.find(({ number }) => number > from);
    if (match === undefined) {
      message =
        all.length === 0 ? `not found: ${search}` : `no other match ${direction < 0 ? 'before' : 'after'}`;
    } else {
      top = match.number;
      message = `${all.length} ${all.length === 1 ? 'line matches' : 'lines match'}`;
    }
  };
  const pressInSearch = (key: Key): void => {
    if (key === 'enter') {
      search = typed ?? '';
      typed = null;
      find(-1, Number.POSITIVE_INFINITY);
    } else if (key === 'escape') {
      typed = null;
      search = '';
    } else typed = editText(typed ?? '', key);
  };
  const letters: Readonly<Record<string, () => void>> = {
    k: () => scroll(-1),
    j: () => scroll(1),
    f: () => {
      top = null;
    },
    G: () => {
      top = null;
    },
    g: () => scroll(Number.NEGATIVE_INFINITY),
    p: () => {
      top = top === null ? firstShown : null;
    },
    ' ': () => {
      top = top === null ? firstShown : null;
    },
    w: () => {
      isWrapped = !isWrapped;
    },
    '/': () => {
      typed = '';
    },
    n: () => find(-1, top ?? Number.POSITIVE_INFINITY),
    N: () => find(1, top ?? Number.POSITIVE_INFINITY),
    '?': () => {
      help = openHelp(hasColour);
    },
    h: () => {
      help = openHelp(hasColour);
    },
  };
  const keys: Readonly<Record<string, () => void>> = {
    up: () => scroll(-1),
    down: () => scroll(1),
    'page-up': () => scroll(-Math.max(1, height - 1)),
    'page-down': () => scroll(Math.max(1, height - 1)),
    home: () => scroll(Number.NEGATIVE_INFINITY),
    end: () => {
      top = null;
    },
    tab: () => {
      channel = CHOICES[(CHOICES.indexOf(channel) + 1) % CHOICES.length] ?? null;
    },
  };
  const footer = (columns: number): string => {
    if (typed !== null) return fitText(`search: ${typed}_`, columns);
    if (message !== '') return fitText(message, columns);
    return fitText(KEYS.join('  '), columns);
  };

  return {
    draw: (size: Size) => {
      if (help !== null) return help.draw(size);
      const { columns, rows } = size;
      const hasFooter = rows > 2 || (typed !== null && rows > 1);
      const hasHead = rows > (hasFooter ? 2 : 1);
      height = Math.max(1, rows - Number(hasFooter) - Number(hasHead));
      const all = lines.of(channel);
      const shown = all.length === 0 ? [fitText('(nothing yet)', columns)] : picture(all, columns);
      const what = channel ?? `stdout and stderr (${STDERR_MARK.trim()})`;
      const state = top === null ? 'following' : `paused, ${below} more ${below === 1 ? 'line' : 'lines'}`;
      const head = fitText(`==> ${printable(title)} <==  ${what}, ${state}`, columns);
      return [
        ...(hasHead ? [hasColour ? paint(BOLD, head) : head] : []),
        ...shown,
        ...Array.from({ length: height - shown.length }, () => ' '.repeat(columns)),
        ...(hasFooter ? [footer(columns)] : []),
      ];
    },
    press: (key) => {
      message = '';
      if (help !== null) {
        if (!help.press(key)) help = null;
        return true;
      }
      if (typed !== null) {
        pressInSearch(key);
        return true;
      }
      if (key === 'escape' || key === 'enter') return false;
      if (typeof key === 'object') {
        const letter = 'text' in key ? key.text : '';
        if (letter === 'q' || letter === 't') return false;
        letters[letter]?.();
      } else keys[key]?.();
      return true;
    },
    close,
  };
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
