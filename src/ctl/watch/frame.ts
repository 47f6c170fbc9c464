/**
 * The bytes that turn one picture on the terminal into the next one.
 *
 * @module
 */

/** A synchronized update: terminals that know it show the picture at once, others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

/**
 * Only lines that differ are written, so that a picture over a slow connection is short and nothing flickers.
 *
 * @param before what the terminal shows; null where that is unknown, and all is written
 * @param lines as many as the terminal has, each as wide as it
 */
export function frame(before: readonly string[] | null, lines: readonly string[]): string {
  const changed = lines.flatMap((line, index) =>
    before?.[index] === line ? [] : [`\u001b[${index + 1};1H${line}`],
  );
  return changed.length === 0 ? '' : BEGIN + changed.join('') + END;
}
