/**
 * Names as people write them: `group:process`, `group:*`, and one word where both are the same.
 *
 * @module
 */

export interface ProcessName {
  readonly group: string;
  /** Null means all processes of the group. */
  readonly process: string | null;
}

export function splitName(name: string): ProcessName {
  const colon = name.indexOf(':');
  if (colon < 0) return { group: name, process: name };
  const process = name.slice(colon + 1);
  return { group: name.slice(0, colon), process: process === '' || process === '*' ? null : process };
}

export function joinName(group: string, process: string | null): string {
  return group === process ? group : `${group}:${process ?? 'None'}`;
}

/** Length in code points, as the reference counts it. */
export function textLength(text: string): number {
  return isAscii(text) ? text.length : [...text].length;
}

/** Fills up with blanks on the right, counted in code points. */
export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textLength(text)));
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  return /^[\x00-\x7f]*$/.test(text);
}
