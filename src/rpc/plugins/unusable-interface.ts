/**
 * Sections whose methods cannot be made for a reason that a user understands without a stack.
 *
 * @module
 */

/** The section, or what its factory has made, cannot be used; the message says what is wrong with it. */
export class UnusableInterfaceError extends Error {
  override readonly name = 'UnusableInterfaceError';
}

/** @throws UnusableInterfaceError where a section has keys that mean nothing to its factory, as in the reference */
export function refuseOptions(options: Readonly<Record<string, string>>): void {
  const [unknown] = Object.keys(options);
  if (unknown !== undefined) {
    throw new UnusableInterfaceError(`the section has a key ${unknown}, which its factory does not take`);
  }
}
