/**
 * The type of a value that is text; the client reads its section without the other types.
 *
 * @module
 */
import type { ValueType } from './option.ts';

/** Text as it stands. */
export const text: ValueType<string> = {
  name: 'text',
  parse: (value) => value,
  format: (value) => value,
};
