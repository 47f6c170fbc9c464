/**
 * The branches of a `case` over `COMMAND:PLACE`, which bash and zsh share.
 *
 * @module
 */
import type { FlagRow } from '../../config/tables/flag.ts';
import type { CommandDescription } from '../description.ts';
import { flagWords, type Offer, offersOf } from './offers.ts';

/** The patterns of a `case` branch for flags whose value is the next word. */
export function valueFlags(flags: readonly FlagRow[]): string {
  return flagWords(flags.filter(({ value }) => value !== null)).join(' | ');
}

/** Switches that are passed on with the question for names. */
export function nameSwitches(flags: readonly FlagRow[]): string[] {
  return flagWords(flags.filter(({ isForNames }) => isForNames === true));
}

/** The patterns of flags that are passed on as they are: with a value joined to them, or without one. */
export function wholeFlags(flags: readonly FlagRow[]): string {
  return ['-*=*', `-[${valueLetters(flags)}]*`, ...nameSwitches(flags)].join(' | ');
}

/** The same for flags whose value is a path. */
export function pathFlags(flags: readonly FlagRow[]): string {
  return flagWords(flags.filter(({ isPath }) => isPath === true)).join(' | ');
}

/** The letters of flags whose value may be joined to them. */
export function valueLetters(flags: readonly FlagRow[]): string {
  return flags.map(({ short, value }) => (value === null ? '' : (short ?? ''))).join('');
}

/** A line a branch: `restart:*) choices+=' --rolling' ;;` for the options of each command. */
export function optionCases(commands: readonly CommandDescription[]): string[] {
  return commands
    .map(({ name, options }) => ({ name, words: Object.values(options).map(({ flag }) => flag) }))
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => `${name}:*) choices+=' ${words.join(' ')}' ;;`);
}

/** The words that each place offers without a server. */
export function wordCases(commands: readonly CommandDescription[]): string[] {
  return offersOf(commands)
    .filter(({ words }) => words.length > 0)
    .map((offer) => `${patternsOf(offer)}) choices+=' ${offer.words.join(' ')}' ;;`);
}

/** The kind of names that each place offers. */
export function nameCases(commands: readonly CommandDescription[]): string[] {
  const offers = offersOf(commands);
  return (['processes', 'groups'] as const)
    .map((kind) => ({ kind, places: offers.filter(({ names }) => names === kind) }))
    .filter(({ places }) => places.length > 0)
    .map(({ kind, places }) => `${places.map(patternsOf).join(' | ')}) names=${kind} ;;`);
}

/** Patterns for the place, and for all later ones where they offer the same. */
function patternsOf({ command, place, isLast }: Offer): string {
  if (!isLast) return `${command}:${place}`;
  return place === 0 ? `${command}:*` : `${command}:[${place}-9] | ${command}:[1-9][0-9]`;
}
