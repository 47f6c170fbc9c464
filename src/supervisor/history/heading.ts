/**
 * The first line of a history that was written anew: its length at that moment.
 *
 * @module
 */

/** @param bytes with this line */
export function headingOf(bytes: number): string {
  return `{"bytes":${String(bytes).padStart(10)}}\n`;
}

/** 0 where the text does not begin with a heading. */
export function headingBytes(text: string): number {
  return Number(/^\{"bytes": *(\d+)\}/.exec(text)?.[1] ?? 0);
}
