/**
 * What can stand behind a command, place by place, as completion needs it.
 *
 * @module
 */
import type { FlagRow } from '../../config/tables/flag.ts';
import type { Argument, CommandDescription } from '../description.ts';

/** What is offered in one place behind a command. */
export interface Offer {
  readonly command: string;
  /** Counted from 0, without options. */
  readonly place: number;
  /** True where all later places offer the same. */
  readonly isLast: boolean;
  /** Words that are known without the server. */
  readonly words: readonly string[];
  /** Names of the server. */
  readonly names: 'processes' | 'groups' | null;
}

export const SIGNALS = ['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'CONT', 'STOP'] as const;

/** The names of all commands, sorted. */
export function commandNames(commands: readonly CommandDescription[]): string[] {
  return commands.map(({ name }) => name).sort();
}

/** The offers of all places of all commands; a place that offers nothing is left out. */
export function offersOf(commands: readonly CommandDescription[]): Offer[] {
  const names = commandNames(commands);
  return commands.flatMap((command) =>
    command.arguments
      .map((_unused, place) => offerAt(command, place, names))
      .filter((offer) => offer.words.length > 0 || offer.names !== null),
  );
}

function offerAt(
  { name, arguments: all }: CommandDescription,
  place: number,
  commands: readonly string[],
): Offer {
  const possible = all.filter((_unused, index) => canStandAt(all, index, place));
  return {
    command: name,
    place,
    isLast: place === all.length - 1 && all.at(-1)?.isRepeated === true,
    words: possible.flatMap((argument) => wordsOf(argument, commands)),
    names: namesOf(possible),
  };
}

/** An argument moves to the left by as many places as optional arguments before it are left out. */
function canStandAt(all: readonly Argument[], index: number, place: number): boolean {
  const isRepeated = all[index]?.isRepeated === true;
  const optional = all.slice(0, index).filter(({ isOptional }) => isOptional === true).length;
  return place >= index - optional && (place <= index || isRepeated);
}

function wordsOf({ kind, choices = [] }: Argument, commands: readonly string[]): readonly string[] {
  if (kind === 'command') return commands;
  if (kind === 'signal') return SIGNALS;
  return choices.filter((choice) => !choice.includes('<'));
}

function namesOf(possible: readonly Argument[]): Offer['names'] {
  if (possible.some(({ kind }) => kind === 'process')) return 'processes';
  return possible.some(({ kind }) => kind === 'group') ? 'groups' : null;
}

/** The flags and options of a table, as they are typed. */
export function flagWords(flags: readonly FlagRow[]): string[] {
  return flags.flatMap(({ short, long }) => (short === null ? [`--${long}`] : [`-${short}`, `--${long}`]));
}
