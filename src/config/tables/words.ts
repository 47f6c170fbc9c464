/**
 * Values that are one of a few words.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** One of a few words. */
export function word<const W extends string>(name: string, words: readonly W[]): ValueType<W> {
  return {
    name,
    parse: (value) => {
      const found = words.find((one) => one === strip(value).toLowerCase());
      if (found === undefined) {
        throw new ConfigError(`not one of ${words.join(', ')}: ${pythonRepr(value)}`);
      }
      return found;
    },
    format: (value) => value,
    schema: { type: 'string', pattern: anyCase(...words) },
  };
}

/** A pattern for these words, in capitals or not. */
export function anyCase(...words: readonly string[]): string {
  return words
    .map((word) => word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`))
    .join('|');
}
