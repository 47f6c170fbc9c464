/**
 * A text of some lines that is scrolled where the terminal is smaller: help, and what is known of a process.
 *
 * @module
 */
import { paint } from '../terminal/colour.ts';
import { fitText, printable, wrapText } from '../terminal/text-width.ts';
import type { Key } from './keys.ts';
import type { Size } from './terminal.ts';

/** What is shown in the place of the list. */
export interface Page {
  draw(size: Size): string[];
  /** False where the key leaves the page. */
  press(key: Key): boolean;
  close(): void;
}

const BOLD = '1';
const MOST_LINES_OF_ONE = 50;

export interface PagerOptions {
  readonly title: string;
  readonly hasColour: boolean;
  /** The lines now; wider ones are wrapped. */
  readonly lines: (columns: number) => readonly string[];
  readonly close?: () => void;
}

export function openPager({ title, hasColour, lines, close = () => undefined }: PagerOptions): Page {
  let top = 0;
  let height = 1;
  let last = 0;
  const moves: Readonly<Record<string, () => number>> = {
    up: () => top - 1,
    down: () => top + 1,
    'page-up': () => top - height,
    'page-down': () => top + height,
    home: () => 0,
    end: () => last,
  };
  return {
    draw: ({ columns, rows }) => {
      const all = lines(columns).flatMap((line) => wrapText(printable(line), columns, MOST_LINES_OF_ONE));
      height = Math.max(1, rows - 2);
      last = Math.max(0, all.length - height);
      top = Math.min(Math.max(0, top), last);
      const shown = all.slice(top, top + height);
      const more = last > 0 ? `  ↑↓ scroll (${top + 1}-${top + shown.length} of ${all.length})` : '';
      const head = fitText(`==> ${printable(title)} <==`, columns);
      return [
        ...(rows > 1 ? [hasColour ? paint(BOLD, head) : head] : []),
        ...shown.map((line) => fitText(line, columns)),
        ...Array.from({ length: height - shown.length }, () => ' '.repeat(columns)),
        ...(rows > 2 ? [fitText(`q back${more}`, columns)] : []),
      ].slice(0, rows);
    },
    press: (key) => {
      if (typeof key === 'object') {
        const letter = 'text' in key ? key.text : '';
        if (letter === 'j') top += 1;
        else if (letter === 'k') top -= 1;
        else if (letter === ' ') top += height;
        else return !/^[q?hi]$/.test(letter);
        return true;
      }
      if (key === 'escape' || key === 'enter') return false;
      top = moves[key]?.() ?? top;
      return true;
    },
    close,
  };
}
