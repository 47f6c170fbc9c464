/**
 * What a row of a table of command-line flags is. Reading, usage text, completion, reference and man pages are made
 * from it.
 *
 * @module
 */
import type { OptionSpec } from '../../python/getopt.ts';

export interface FlagRow {
  /** The letter, or null where the flag has only its long name. */
  readonly short: string | null;
  readonly long: string;
  /** Name of the value in the texts; null where the flag is a switch. */
  readonly value: string | null;
  /** True where the value is a path, which shells complete. */
  readonly isPath?: true;
  /** True for a switch that decides which names there are: completion asks for names with it. */
  readonly isForNames?: true;
  /** What the usage text prints after `-- `; the words of the stock command where it has the flag. */
  readonly usage: string;
  /** The names and the value as the usage text of the stock command prints them, where it deviates. */
  readonly shownAs?: string;
  /** One sentence or two for the reference and man pages. */
  readonly help: string;
  readonly isStock: boolean;
  /** The first version of visord with the flag. */
  readonly since: string;
}

/**
 * The flags as `getopt` reads them. A flag that the stock command does not have is read by its whole name only, so
 * that the abbreviations of the stock flags stay unambiguous. `-?` is another name of `--help`.
 */
export function flagSpecs<F extends FlagRow>(rows: readonly F[]): (F & OptionSpec)[] {
  const specs = rows.map((row) => ({ ...row, takesValue: row.value !== null, wholeNameOnly: !row.isStock }));
  const aliases = specs
    .filter(({ long }) => long === 'help')
    .map((spec) => ({ ...spec, short: '?', wholeNameOnly: true }));
  return [...specs, ...aliases];
}

/** The lines of a usage text. */
export function usageLines(rows: readonly FlagRow[]): string {
  return rows.map((row) => `${row.shownAs ?? shownNames(row)} -- ${row.usage}\n`).join('');
}

function shownNames({ short, long, value }: FlagRow): string {
  const names = short === null ? `--${long}` : `-${short}/--${long}`;
  return value === null ? names : `${names} ${value}`;
}
