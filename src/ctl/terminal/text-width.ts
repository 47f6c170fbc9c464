/**
 * How wide text is on a terminal, and how it is made to fit.
 *
 * @module
 */

/** Marks that stand on the character before them. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Characters that take two cells (Unicode, East Asian Width W and F; emoji). */
const DOUBLE_WIDTH =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
const ELLIPSIS = '…';
/** What would move the cursor or change the terminal's state; escape sequences go as a whole. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is for.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** Text that can be shown anywhere: one line, no control characters, tabs as blanks. */
export function printable(text: string): string {
  return text.replace(CONTROL, '').replaceAll('\t', ' ');
}

/** Cells that the text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Exactly so many cells: filled up with blanks, or cut with an ellipsis at its end. */
export function fitText(text: string, width: number): string {
  if (width <= 0) return '';
  const whole = textWidth(text);
  if (whole <= width) return text + ' '.repeat(width - whole);
  let out = '';
  let used = 0;
  for (const character of text) {
    const next = characterWidth(character);
    if (used + next > width - 1) break;
    out += character;
    used += next;
  }
  return `${out}${ELLIPSIS}${' '.repeat(width - used - 1)}`;
}

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return DOUBLE_WIDTH.test(character) ? 2 : 1;
}
