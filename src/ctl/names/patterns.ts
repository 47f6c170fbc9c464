/**
 * Names with wildcards: `web-*`, `group:w?`, `*:[ab]`. A name that exists as it is written is never a pattern.
 *
 * @module
 */
import { fnmatch, hasWildcard } from '../../python/fnmatch.ts';
import { joinName, splitName } from './names.ts';

/** What patterns are matched with. */
export interface NamedProcess {
  readonly group: string;
  readonly name: string;
}

/** True where a name may be a pattern; `group:*` with a plain group is what the stock client knows too. */
export function mayBePattern(name: string): boolean {
  const { group, process } = splitName(name);
  return hasWildcard(group) || (process !== null && hasWildcard(process));
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

function exists(name: string, processes: readonly NamedProcess[]): boolean {
  const { group, process } = splitName(name);
  return processes.some((each) => each.group === group && (process === null || each.name === process));
}

/** Without a colon the pattern is matched with the process's own name and with the whole one. */
function matcherOf(pattern: string): (process: NamedProcess) => boolean {
  const colon = pattern.indexOf(':');
  if (colon < 0) {
    const matches = fnmatch(pattern);
    return ({ group, name }) => matches(name) || matches(joinName(group, name));
  }
  const matchesGroup = fnmatch(pattern.slice(0, colon));
  const matchesProcess = fnmatch(pattern.slice(colon + 1) || '*');
  return ({ group, name }) => matchesGroup(group) && matchesProcess(name);
}
