/**
 * Expansion of everything but some names: what remains can be expanded once their values are known.
 *
 * @module
 */
import { formatParts } from '../../python/format.ts';
import { expand, type Scope } from './expansion.ts';

/** What of a text is left to expand. */
export interface PartialExpansion {
  /** Names that stay as they are: `%(process_num)02d`. */
  readonly kept: ReadonlySet<string>;
  /** The names of everything else. */
  readonly scope: Scope;
  /** How the errors name the value, for each time that the text is expanded. */
  readonly labels: readonly string[];
}

/**
 * Expands a text as often as there are labels, except for the kept names.
 *
 * @returns a text that gives the same when it is expanded as often, with values for the kept names
 * @throws ConfigError
 */
export function expandPartially(text: string, { kept, scope, labels }: PartialExpansion): string {
  let parts = [{ text, isKept: false }];
  for (const label of labels) {
    const joined = parts.map((part) => part.text).join('');
    parts = formatParts(joined).map((part) => {
      const isKept = part.name !== null && kept.has(part.name);
      return { text: isKept || part.isPlain ? part.text : expand(part.text, scope, label), isKept };
    });
  }
  return parts.map((part) => (part.isKept ? part.text : escapeExpansion(part.text, labels.length))).join('');
}

/** A text that expands to this one when it is expanded that number of times. */
export function escapeExpansion(text: string, times: number): string {
  return text.replaceAll('%', '%'.repeat(2 ** times));
}
