/**
 * Splits a command line into options and the rest as Python's `getopt` does: bundled short options,
 * values joined or separate, long options by any unique beginning, nothing behind the first plain argument.
 *
 * @module
 */

/** One option that the program knows. */
export interface OptionSpec {
  /** The letter, or null where there is only the long name. */
  readonly short: string | null;
  /** The name without dashes, or null where there is only the letter. */
  readonly long: string | null;
  readonly takesValue: boolean;
  /** Whether only the whole long name is accepted, so that abbreviations of other options stay unambiguous. */
  readonly wholeNameOnly?: boolean;
}

/** An option as it was given. */
export interface GivenOption<S extends OptionSpec> {
  readonly spec: S;
  /** With dashes and the whole name, as errors print it. */
  readonly spelled: string;
  readonly value: string;
}

/** A command line that cannot be read; the message is getopt's. */
export class GetoptError extends Error {
  override readonly name = 'GetoptError';
  /** The option that the program does not know, with its dashes; null for another error. */
  readonly unknown: string | null;

  constructor(message: string, unknown: string | null = null) {
    super(message);
    this.unknown = unknown;
  }
}

/** Reads options up to the first plain argument or `--`. @throws GetoptError */
export function getopt<S extends OptionSpec>(
  argv: readonly string[],
  specs: readonly S[],
): { options: GivenOption<S>[]; rest: string[] } {
  const rest = [...argv];
  const options: GivenOption<S>[] = [];
  for (let word = rest[0]; word !== undefined && /^-./s.test(word); word = rest[0]) {
    rest.shift();
    if (word === '--') break;
    if (word.startsWith('--')) options.push(readLong(word.slice(2), rest, specs));
    else options.push(...readShorts([...word.slice(1)], rest, specs));
  }
  return { options, rest };
}

function readLong<S extends OptionSpec>(word: string, rest: string[], specs: readonly S[]): GivenOption<S> {
  const equals = word.indexOf('=');
  const given = equals < 0 ? word : word.slice(0, equals);
  const joined = equals < 0 ? null : word.slice(equals + 1);
  const spec = findLong(given, specs);
  const name = spec.long ?? given;
  if (!spec.takesValue) {
    if (joined !== null) throw new GetoptError(`option --${name} must not have an argument`);
    return { spec, spelled: `--${name}`, value: '' };
  }
  const value = joined ?? rest.shift();
  if (value === undefined) throw new GetoptError(`option --${name} requires argument`);
  return { spec, spelled: `--${name}`, value };
}

function findLong<S extends OptionSpec>(given: string, specs: readonly S[]): S {
  const exact = specs.find(({ long }) => long === given);
  if (exact !== undefined) return exact;
  const [only, ...others] = specs.filter(
    ({ long, wholeNameOnly }) => wholeNameOnly !== true && long?.startsWith(given),
  );
  if (only === undefined) throw new GetoptError(`option --${given} not recognized`, `--${given}`);
  if (others.length > 0) throw new GetoptError(`option --${given} not a unique prefix`);
  return only;
}

function readShorts<S extends OptionSpec>(
  letters: string[],
  rest: string[],
  specs: readonly S[],
): GivenOption<S>[] {
  const options: GivenOption<S>[] = [];
  for (let letter = letters.shift(); letter !== undefined; letter = letters.shift()) {
    const spec = specs.find(({ short }) => short === letter);
    if (spec === undefined) throw new GetoptError(`option -${letter} not recognized`);
    let value: string | undefined = '';
    if (spec.takesValue) {
      value = letters.length > 0 ? letters.splice(0).join('') : rest.shift();
      if (value === undefined) throw new GetoptError(`option -${letter} requires argument`);
    }
    options.push({ spec, spelled: `-${letter}`, value });
  }
  return options;
}
