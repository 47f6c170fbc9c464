/**
 * Separates the options of a command from its other words.
 *
 * @module
 */

import type { Argument, CommandDescription } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { mayBePattern } from '../names/patterns.ts';
import { nearestName } from '../names/suggest.ts';
import type { Session } from '../session.ts';

export interface Given<V> {
  readonly options: V;
  /** The words that are not options, in their order. */
  readonly words: readonly string[];
}

type Reading = { readonly options: Record<string, unknown>; readonly words: readonly string[] };

/**
 * Reads the words behind a command's name by its row.
 *
 * @returns null where an option is unknown or wrong; the reason is printed then, and the exit code is 2
 */
export async function readGiven<V>(
  session: Session,
  row: CommandDescription,
  given: readonly string[],
): Promise<Given<V> | null> {
  const reading = readOptions(row, given);
  const problem = typeof reading === 'string' ? reading : await findUnknown(session, row, reading.words);
  if (problem === null) return reading as Given<V>;
  session.fail(`Error: ${problem}`, EXIT.invalidArguments);
  return null;
}

/** The options and the other words, or what is wrong. */
export function readOptions(row: CommandDescription, given: readonly string[]): Reading | string {
  const table = Object.entries(row.options);
  const options: Record<string, unknown> = {};
  for (const [key, { value }] of table) options[key] = value === null ? false : null;
  const words: string[] = [];
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = '', joined] = word.split(/=(.*)/s, 2);
    const [key, option] = table.find(([, each]) => each.flag === flag) ?? [];
    if (key === undefined || option === undefined) {
      words.push(word);
      continue;
    }
    if (option.value === null && joined !== undefined) {
      return `${flag} of ${row.name} does not take a value`;
    }
    const text = option.value === null ? '' : (joined ?? rest.shift());
    const value = text === undefined ? null : option.read(text);
    if (value === null) return `${flag} of ${row.name} requires ${option.value}`;
    options[key] = value;
  }
  return { options, words };
}

/**
 * A word with a dash in the place of a name is an unknown option, unless a process or a group has that name. A
 * mistyped option must not change what is done with the other names. If the stock client ignores such a word, ours
 * does too, and prints a hint on a terminal.
 */
async function findUnknown(
  session: Session,
  row: CommandDescription,
  words: readonly string[],
): Promise<string | null> {
  const place = row.arguments.findIndex(isNames);
  if (place < 0) return findUnknownBesideNames(session, row, words);
  // A group that a changed file adds has no name yet that the server could confirm.
  const dash = row.arguments[place]?.kind === 'group' ? '--' : '-';
  const isDashed = (word: string): boolean => word.startsWith(dash) && !mayBePattern(word);
  const dashed = words.slice(place).filter(isDashed);
  if (dashed.length === 0) return null;
  const names = await knownNames(session);
  const unknown = names === null ? undefined : dashed.find((word) => !names.has(word));
  return unknown === undefined ? null : describeUnknown(row, unknown);
}

/** The same for a command that takes no list of names. */
async function findUnknownBesideNames(
  session: Session,
  row: CommandDescription,
  words: readonly string[],
): Promise<string | null> {
  const dashed = words.filter((word) => /^--./.test(word));
  const [first] = dashed;
  if (first === undefined) return null;
  if (row.isStock) {
    const nearest = nearestOption(row, first);
    if (nearest !== null) session.hint(`Did you mean ${nearest}?`);
    return null;
  }
  const takesName = row.arguments.some(({ kind }) => kind === 'process' || kind === 'group');
  const names = takesName ? await knownNames(session) : new Set<string>();
  const unknown = names === null ? undefined : dashed.find((word) => !names.has(word));
  return unknown === undefined ? null : describeUnknown(row, unknown);
}

/** The error for an option that the command does not have. */
export function describeUnknown(row: CommandDescription, option: string): string {
  const nearest = nearestOption(row, option);
  return `${row.name} has no option ${option}${nearest === null ? '' : `, did you mean ${nearest}?`}`;
}

function nearestOption(row: CommandDescription, option: string): string | null {
  return nearestName(
    option.split('=', 1)[0] ?? option,
    Object.values(row.options).map(({ flag }) => flag),
  );
}

function isNames({ kind, isRepeated }: Argument): boolean {
  return isRepeated === true && (kind === 'process' || kind === 'group');
}

/** Null where the server does not answer, which the command itself reports. */
async function knownNames(session: Session): Promise<ReadonlySet<string> | null> {
  try {
    const names = new Set<string>();
    for (const { group, name } of await session.supervisor.getAllProcessInfo()) {
      names.add(group).add(`${group}:*`).add(`${group}:`).add(`${group}:${name}`);
    }
    return names;
  } catch {
    return null;
  }
}
