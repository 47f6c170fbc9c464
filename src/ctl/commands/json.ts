/**
 * `--json`: the same answers for programs.
 *
 * @module
 */

const FLAG = '--json';

/** Tells the flag from the names. */
export function takeJson(given: readonly string[]): { readonly isJson: boolean; readonly names: string[] } {
  return { isJson: given.includes(FLAG), names: given.filter((word) => word !== FLAG) };
}

/** What the server said, as it said it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
