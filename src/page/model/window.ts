/**
 * Which lines of a long list are on the screen.
 *
 * @module
 */

export interface Window {
  readonly first: number;
  /** Behind the last line. */
  readonly end: number;
  /** Pixels of the lines that are left out. */
  readonly above: number;
  readonly below: number;
}

/** Lines beyond the edge that are there all the same: scrolling shows no gaps. */
const SPARE = 12;

/**
 * @param top pixels of the list that are above the edge of the screen; negative where it begins below
 * @param height of the screen, in pixels
 * @param lineHeight in pixels
 */
export function windowOf(count: number, top: number, height: number, lineHeight: number): Window {
  const first = clamp(Math.floor(top / lineHeight) - SPARE, count);
  const end = clamp(Math.ceil((top + height) / lineHeight) + SPARE, count);
  return { first, end, above: first * lineHeight, below: (count - end) * lineHeight };
}

function clamp(line: number, count: number): number {
  return Math.min(Math.max(line, 0), count);
}
