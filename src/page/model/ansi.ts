/**
 * Colours of terminals in a line of a log (ECMA-48, SGR). Other sequences are left out.
 *
 * @module
 */

export interface Styled {
  readonly text: string;
  /** Classes of the stylesheet, as `a1 ab` for red and bold; empty for plain text. */
  readonly style: string;
}

interface Style {
  /** 0 to 15; null is the usual one. */
  colour: number | null;
  ground: number | null;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
  isReversed: boolean;
}

const PLAIN: Style = {
  colour: null,
  ground: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isReversed: false,
};

// CSI sequences, OSC strings (titles, links), and other escapes of two characters.
const [ESC, BELL] = ['\x1b', '\x07'];
const ESCAPE = new RegExp(
  `${ESC}(?:\\[([0-9:;<=>?]*)[ -/]*([@-~])|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[ -/]*[0-~])`,
  'g',
);

/** The pieces of a line, each with one style. */
export function styledText(line: string): Styled[] {
  if (!line.includes('\x1b')) return line === '' ? [] : [{ text: line, style: '' }];
  const pieces: Styled[] = [];
  const style = { ...PLAIN };
  let from = 0;
  const add = (text: string): void => {
    if (text !== '') pieces.push({ text, style: classesOf(style) });
  };
  for (const match of line.matchAll(ESCAPE)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') apply(style, match[1] ?? '');
  }
  add(line.slice(from));
  return pieces;
}

/** A line without its escapes: what is searched. */
export function plainText(line: string): string {
  return line.includes('\x1b') ? line.replace(ESCAPE, '') : line;
}

function apply(style: Style, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      const colour = isIndexed ? indexed(codes[at + 2] ?? 0) : nearest(codes.slice(at + 2, at + 5));
      if (code === 38) style.colour = colour;
      else style.ground = colour;
      at += isIndexed ? 2 : 4;
    } else {
      applyOne(style, code);
    }
  }
}

function applyOne(style: Style, code: number): void {
  if (code === 0) Object.assign(style, PLAIN);
  else if (code === 1) style.isBold = true;
  else if (code === 2) style.isDim = true;
  else if (code === 3) style.isItalic = true;
  else if (code === 4) style.isUnderlined = true;
  else if (code === 7) style.isReversed = true;
  else if (code === 22) Object.assign(style, { isBold: false, isDim: false });
  else if (code === 23) style.isItalic = false;
  else if (code === 24) style.isUnderlined = false;
  else if (code === 27) style.isReversed = false;
  else if (code === 39) style.colour = null;
  else if (code === 49) style.ground = null;
  else if (code >= 30 && code <= 37) style.colour = code - 30;
  else if (code >= 40 && code <= 47) style.ground = code - 40;
  else if (code >= 90 && code <= 97) style.colour = code - 82;
  else if (code >= 100 && code <= 107) style.ground = code - 92;
}

/** The 256 colours of xterm, as the nearest of the first 16. */
function indexed(index: number): number {
  if (index < 16) return index;
  if (index >= 232) return greyOf((index - 232) / 23);
  const cube = index - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => level * 51));
}

function greyOf(lightness: number): number {
  if (lightness < 0.2) return 0;
  if (lightness < 0.55) return 8;
  return lightness < 0.85 ? 7 : 15;
}

function nearest([red = 0, green = 0, blue = 0]: readonly number[]): number {
  const highest = Math.max(red, green, blue);
  if (highest - Math.min(red, green, blue) < 40) return greyOf(highest / 255);
  const half = highest / 2 + 12;
  const hue = (red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0);
  return highest > 200 ? hue + 8 : hue;
}

function classesOf(style: Style): string {
  const { colour, ground } = style;
  return [
    colour === null ? '' : `a${colour}`,
    ground === null ? '' : `g${ground}`,
    style.isBold ? 'ab' : '',
    style.isDim ? 'ad' : '',
    style.isItalic ? 'ai' : '',
    style.isUnderlined ? 'au' : '',
    style.isReversed ? 'ar' : '',
  ]
    .filter(Boolean)
    .join(' ');
}
