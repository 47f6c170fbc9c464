/**
 * How wide text is on a terminal, and how it is made to fit.
 *
 * @module
 */
import stringWidth from 'string-width';

const ELLIPSIS = '…';
/** What would move the cursor or change the terminal's state; escape sequences go as a whole. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is for.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
const ASCII = /^[ -~]*$/;

/** Text that can be shown anywhere: one line, no control characters, tabs as blanks. */
export function printable(text: string): string {
  return text.replace(CONTROL, '').replaceAll('\t', ' ');
}

/** Cells that printable text takes. */
export function textWidth(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text, { countAnsiEscapeCodes: true });
}

/** The text in exactly `width` cells: filled up with blanks, or cut with an ellipsis at its end. */
export function fitText(text: string, width: number): string {
  if (width <= 0) return '';
  const whole = textWidth(text);
  if (whole <= width) return text + ' '.repeat(width - whole);
  const cut = `${beginning(text, width - 1)}${ELLIPSIS}`;
  return cut + ' '.repeat(width - textWidth(cut));
}

/**
 * The text in lines of at most `width` cells, broken between words where that is possible; of more than `most` lines the
 * last one is cut with an ellipsis.
 */
export function wrapText(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < most - 1 && textWidth(rest) > width) {
    const whole = beginning(rest, width) || [...rest].slice(0, 1).join('');
    const blank = rest[whole.length] === ' ' ? whole.length : whole.lastIndexOf(' ');
    const line = blank > 0 ? rest.slice(0, blank) : whole;
    lines.push(line);
    rest = rest.slice(line.length).replace(/^ /, '');
  }
  return [...lines, textWidth(rest) > width ? fitText(rest, width) : rest];
}

const characters = new Intl.Segmenter();

/** As many whole characters, as a reader counts them, as fit into the cells. */
function beginning(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, width);
  let end = 0;
  let used = 0;
  for (const { segment } of characters.segment(text)) {
    used += textWidth(segment);
    if (used > width) break;
    end += segment.length;
  }
  return text.slice(0, end);
}
