/**
 * The output of one process inside the live view: stdout and stderr, followed or paused, with a search.
 *
 * @module
 */
import { paint } from '../terminal/colour.ts';
import { fitText, printable } from '../terminal/text-width.ts';
import { openHelp } from './help.ts';
import { editText, type Key } from './keys.ts';
import type { Channel, LogLines } from './log-lines.ts';
import { drawLines, NO_PICTURE, type Picture, STDERR_MARK } from './log-picture.ts';
import type { Page } from './pager.ts';
import type { Size } from './terminal.ts';

const BOLD = '1';
const CHOICES: readonly (Channel | null)[] = [null, 'stdout', 'stderr'];
const KEYS = ['q back', '↑↓ scroll', 'Tab stdout/stderr', '/ search', 'w wrap', '? help'];

export interface LogViewOptions {
  /** Grow while the view is open. */
  readonly lines: LogLines;
  /** What is shown for the name of the process. */
  readonly title: string;
  readonly hasColour: boolean;
  readonly close: () => void;
}

/** Shows the end of both channels, and changes the view by keys. */
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
  let last: Picture = NO_PICTURE;

  const follow = (): void => {
    top = null;
  };
  const pauseOrFollow = (): void => {
    top = top === null ? last.first : null;
  };
  const showHelp = (): void => {
    help = openHelp(hasColour);
  };
  const scroll = (by: number): void => {
    const all = lines.of(channel);
    const at = all.findIndex(({ number }) => number >= last.first);
    if (by > 0 && last.isAtEnd) {
      follow();
      return;
    }
    const place = Math.min(all.length - 1, Math.max(0, at + by));
    // The first line is on the screen already.
    if (top === null && place === at) return;
    top = all[place]?.number ?? null;
  };
  /** Shows the next match before (-1) or after (1) the line with the number `from`. */
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
    f: follow,
    G: follow,
    g: () => scroll(Number.NEGATIVE_INFINITY),
    p: pauseOrFollow,
    ' ': pauseOrFollow,
    w: () => {
      isWrapped = !isWrapped;
    },
    '/': () => {
      typed = '';
    },
    n: () => find(-1, top ?? Number.POSITIVE_INFINITY),
    N: () => find(1, top ?? Number.POSITIVE_INFINITY),
    '?': showHelp,
    h: showHelp,
  };
  const keys: Readonly<Record<string, () => void>> = {
    up: () => scroll(-1),
    down: () => scroll(1),
    'page-up': () => scroll(-Math.max(1, height - 1)),
    'page-down': () => scroll(Math.max(1, height - 1)),
    home: () => scroll(Number.NEGATIVE_INFINITY),
    end: follow,
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
      if (all.length > 0)
        last = drawLines(all, top, { channel, isWrapped, search, hasColour, columns, height });
      const shown = all.length === 0 ? [fitText('(nothing yet)', columns)] : last.rows;
      const what = channel ?? `stdout and stderr (${STDERR_MARK.trim()})`;
      const more = `${last.below} more ${last.below === 1 ? 'line' : 'lines'}`;
      const state = top === null ? 'following' : `paused, ${more}`;
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
