/**
 * The pictures of the page, drawn with characters.
 *
 * @module
 */

type Colour = readonly [red: number, green: number, blue: number];

export interface Picture {
  /** `.` is transparent, `1` to `3` are the colours; all rows have one length. */
  readonly rows: readonly string[];
  /** Three at most. */
  readonly colours: readonly Colour[];
  /** How many pixels a character is wide and high. */
  readonly scale: number;
}

/** The pixels of a picture row by row: 0 is transparent, n the nth colour. */
export function pixelsOf({ rows, scale }: Picture): {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
} {
  const columns = rows[0]?.length ?? 0;
  const width = columns * scale;
  const height = rows.length * scale;
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = rows[Math.floor(y / scale)] ?? '';
    for (let x = 0; x < width; x += 1) {
      const character = row[Math.floor(x / scale)] ?? '.';
      pixels[y * width + x] = character === '.' ? 0 : Number(character);
    }
  }
  return { width, height, pixels };
}

const SLATE: Colour = [62, 76, 94];
const GREEN: Colour = [46, 160, 90];
const RED: Colour = [207, 62, 62];
const AMBER: Colour = [217, 149, 38];
const GREY: Colour = [140, 150, 162];

/** The picture at the head of the page. */
export const WORDMARK: Picture = {
  rows: [
    '......2..................1',
    '.........................1',
    '1...1.1..111..11..1.1..111',
    '1...1.1.1....1..1.11..1..1',
    '1...1.1..11..1..1.1...1..1',
    '.1.1..1....1.1..1.1...1..1',
    '..1...1.111...11..1....111',
  ],
  colours: [SLATE, GREEN],
  scale: 4,
};

/** The icon of the browser's tab. */
export const ICON: Picture = {
  rows: [
    '................',
    '...1111111111...',
    '..111111111111..',
    '.11111111111111.',
    '.11111111112211.',
    '.11111111112211.',
    '.11111111122111.',
    '.11221111122111.',
    '.11221111221111.',
    '.11122111221111.',
    '.11122112211111.',
    '.11112222211111.',
    '.11112222111111.',
    '..111122111111..',
    '...1111111111...',
    '................',
  ],
  colours: [SLATE, [240, 244, 248]],
  scale: 2,
};

/** A line across. */
export const RULE: Picture = { rows: ['1'], colours: [[208, 214, 222]], scale: 1 };

const DOT = ['..1111..', '.111111.', '11111111', '11111111', '11111111', '11111111', '.111111.', '..1111..'];

/** Dots for a process that is stopped, runs, changes, and failed. */
export const STATES: readonly Picture[] = [GREY, GREEN, AMBER, RED].map((colour) => ({
  rows: DOT,
  colours: [colour],
  scale: 2,
}));
