/**
 * Where the names of nodes and processes are among the words of a command.
 *
 * @module
 */
import type { CommandDescription } from '../description.ts';

export interface Words {
  /** In front of the names: the signal of `signal`, `-f` or `-BYTES` of `tail`. */
  readonly before: readonly string[];
  /** They may begin with `NODE/`. */
  readonly names: readonly string[];
  /** The channel of `tail`. */
  readonly after: readonly string[];
}

/** Splits the words behind a command, without its options. */
export function splitWords({ name, arguments: taken }: CommandDescription, words: readonly string[]): Words {
  if (name === 'tail') {
    const count = words[0]?.startsWith('-') ? 1 : 0;
    return {
      before: words.slice(0, count),
      names: words.slice(count, count + 1),
      after: words.slice(count + 1),
    };
  }
  const place = Math.max(
    0,
    taken.findIndex(({ kind }) => kind === 'process' || kind === 'group'),
  );
  return { before: words.slice(0, place), names: words.slice(place), after: [] };
}

/** What the names of a command mean: processes, groups, or, where it takes no names, nodes alone. */
export function kindOfNames({ arguments: taken }: CommandDescription): 'process' | 'group' | 'node' {
  const kinds = taken.map(({ kind }) => kind);
  if (kinds.includes('process')) return 'process';
  return kinds.includes('group') ? 'group' : 'node';
}

/** True where the command does nothing without a name. */
export function needsName({ arguments: taken }: CommandDescription): boolean {
  return taken.some(({ kind, isOptional }) => (kind === 'process' || kind === 'group') && !isOptional);
}
