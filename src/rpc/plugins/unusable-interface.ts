/**
 * Sections that cannot be used, with an error that needs no stack.
 *
 * @module
 */

/** The section, or what its factory has made, cannot be used; the message is for the user. */
export class UnusableInterfaceError extends Error {
  override readonly name = 'UnusableInterfaceError';
}

/** @throws UnusableInterfaceError for a section with keys that its factory does not take, as in the reference */
export function refuseOptions(options: Readonly<Record<string, string>>): void {
  const [unknown] = Object.keys(options);
  if (unknown !== undefined) {
    throw new UnusableInterfaceError(`the section has a key ${unknown}, which its factory does not take`);
  }
}
