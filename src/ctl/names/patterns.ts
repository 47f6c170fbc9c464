/**
 * Names with wildcards: `web-*`, `group:w?`, `*:[ab]`. A name that exists as it is written is never a pattern.
 *
 * @module
 */
import { joinName, splitName } from './names.ts';

/** What patterns are matched with. */
export interface NamedProcess {
  readonly group: string;
  readonly name: string;
}

/** True where a name may be a pattern; `group:*` with a plain group is what the stock client knows too. */
export function mayBePattern(name: string): boolean {
  const { group, process } = splitName(name);
  return WILDCARD.test(group) || (process !== null && WILDCARD.test(process));
}

/** Each pattern becomes the names of what it matches, in the server's order; one that matches nothing stays as it is. */
export function expandPatterns(names: readonly string[], processes: readonly NamedProcess[]): string[] {
  const expanded = names.flatMap((name) => {
    if (!mayBePattern(name) || exists(name, processes)) return [name];
    const found = processes
      .filter(matcherOf(name))
      .map(({ group, name: process }) => joinName(group, process));
    return found.length === 0 ? [name] : found;
  });
  return [...new Set(expanded)];
}

const WILDCARD = /[*?[]/;

function exists(name: string, processes: readonly NamedProcess[]): boolean {
  const { group, process } = splitName(name);
  return processes.some((each) => each.group === group && (process === null || each.name === process));
}

/** Without a colon the pattern is held against the process's own name and against the whole one. */
function matcherOf(pattern: string): (process: NamedProcess) => boolean {
  const colon = pattern.indexOf(':');
  if (colon < 0) {
    const regular = globToRegExp(pattern);
    return ({ group, name }) => regular.test(name) || regular.test(joinName(group, name));
  }
  const group = globToRegExp(pattern.slice(0, colon));
  const process = globToRegExp(pattern.slice(colon + 1) || '*');
  return (each) => group.test(each.group) && process.test(each.name);
}

/** `*`, `?`, `[a-c]` and `[!a-c]` as in a shell; everything else is itself. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replace(
    /\[(!?)([^\]]+)\]|[\s\S]/gu,
    (part, negation: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${negation === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
      if (part === '*') return '.*';
      if (part === '?') return '.';
      return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    },
  );
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A range that runs backwards, as in [z-a], matches nothing.
    return /(?!)/;
  }
}
