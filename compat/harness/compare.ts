/**
 * Compares the observations of the two sides, and prints the differences in a readable form.
 *
 * @module
 */
import type { Json } from '../scenario.ts';
import type { Observations } from './side.ts';

export interface Difference {
  readonly what: string;
  /** Undefined where that side never made the observation. */
  readonly reference: Json | undefined;
  readonly ours: Json | undefined;
}

/**
 * Every observation that the sides do not share, in the order in which they were made.
 *
 * @param hasOneClient whether the same client drove both sides; otherwise the words of its errors are not compared
 */
export function compareObservations(
  reference: Observations,
  ours: Observations,
  hasOneClient = true,
): Difference[] {
  const shown = (value: Json | undefined, stock: Json | undefined) =>
    canonical(hasOneClient || value === undefined ? value : withoutComplaints(value, stock ?? null));
  return [...new Set([...reference.keys(), ...ours.keys()])]
    .map((what) => ({ what, reference: reference.get(what), ours: ours.get(what) }))
    .filter((pair) => shown(pair.reference, pair.reference) !== shown(pair.ours, pair.reference));
}

/** A line-wise diff: `-` is the reference, `+` is ours, with two lines of context. */
export function renderDifference(difference: Difference): string {
  const lines = diffLines(asLines(difference.reference), asLines(difference.ours));
  const nearChange = (index: number) =>
    lines.slice(Math.max(0, index - 2), index + 3).some((line) => !line.startsWith(' '));
  const shown: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (nearChange(index)) shown.push(`      ${line}`);
    else if (shown.at(-1) !== '      …') shown.push('      …');
  }
  return `    ${difference.what}\n${shown.join('\n')}`;
}

/**
 * A value of either client without the words of its error messages: the stock client prints an exception with the
 * class, the file and the line of its own source, ours the reason. What is compared is that both print one, and where.
 */
export function withoutComplaints(value: Json, stock: Json): Json {
  if (typeof value === 'string' && typeof stock === 'string') {
    if (stock.startsWith('Traceback (most recent call last)')) return value === '' ? '' : '(a complaint)';
    return /error: <class /.test(stock) ? value.replace(COMPLAINT, 'error: …') : value;
  }
  if (Array.isArray(value) && Array.isArray(stock)) {
    return value.map((item, index) => withoutComplaints(item, stock[index] ?? null));
  }
  if (value === null || typeof value !== 'object' || stock === null || typeof stock !== 'object')
    return value;
  const other = stock as { readonly [key: string]: Json };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutComplaints(item, other[key] ?? null)]),
  );
}

/** An error message of either client about what it did not expect; a fault's text may run over lines. */
const COMPLAINT = /error: (?:<class [\s\S]*? line: (?:\d+|\$LINE)$|[\s\S]*? \(fault \d+\)$|[^\n]*$)/gm;

function asLines(value: Json | undefined): string[] {
  if (value === undefined) return ['(not observed)'];
  // JSON escapes show trailing blanks and control characters of single strings; text with lines is read as lines.
  const text = typeof value === 'string' && value.includes('\n') ? value : JSON.stringify(value, null, 1);
  return text.replaceAll('\\n', '\n ').split('\n');
}

/** The shortest edit between two lists of lines, by their longest common subsequence. */
function diffLines(from: readonly string[], to: readonly string[]): string[] {
  const width = to.length + 1;
  const lengths = new Uint32Array((from.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        from[row] === to[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let row = 0;
  let column = 0;
  while (row < from.length || column < to.length) {
    if (row < from.length && column < to.length && from[row] === to[column]) {
      lines.push(`  ${from[row]}`);
      row += 1;
      column += 1;
    } else if (row < from.length && (column === to.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`- ${from[row]}`);
      row += 1;
    } else {
      lines.push(`+ ${to[column]}`);
      column += 1;
    }
  }
  return lines;
}

/** JSON with sorted keys: the order of a struct's members means nothing on the wire. */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(value, (_key, item: Json) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
