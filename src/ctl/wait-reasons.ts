/**
 * What a process waits for, down to the process that everything waits for.
 *
 * @module
 */
import { joinName, splitName } from './names/names.ts';
import type { GraphProcess } from './wire/visord-api.ts';

/**
 * A line for the process, and one for each dependency that is not met yet, indented.
 *
 * @param reasons of processes that do not wait for a dependency, by name
 */
export function reasonsOf(
  process: GraphProcess,
  byName: ReadonlyMap<string, GraphProcess>,
  reasons: ReadonlyMap<string, string> = new Map(),
  depth = 0,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const indent = '  '.repeat(depth);
  const unmet = process.dependencies.filter(({ met }) => !met);
  const name = shortName(process.name);
  if (process.waiting < 0) {
    const reason = reasons.get(process.name) ?? '';
    const state = reason === '' ? process.statename : `${process.statename} (${reason})`;
    return [`${indent}${name} is ${state}${depth === 0 ? ', and waits for no dependency' : ''}`];
  }
  const wanted = unmet.map((one) => `${shortName(one.name)} (${one.condition})`).join(', ');
  const further = unmet.flatMap(({ name: next }) => {
    const dependency = byName.get(next);
    return dependency === undefined || seen.has(next)
      ? []
      : reasonsOf(dependency, byName, reasons, depth + 1, new Set([...seen, process.name]));
  });
  return [`${indent}${name} waits for ${wanted} since ${process.waiting} s`, ...further];
}

/** The bare name where group and process have the same. */
export function shortName(id: string): string {
  const { group, process } = splitName(id);
  return joinName(group, process);
}
