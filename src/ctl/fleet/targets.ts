/**
 * Names in a fleet: `NODE/group:process`, `NODE/` for a whole node, and `group:process` for all nodes. Node and name may
 * be patterns. No name of a process has a slash.
 *
 * @module
 */
import { fnmatch, hasWildcard } from '../../python/fnmatch.ts';
import { splitName } from '../names/names.ts';
import { expandPatterns, type NamedProcess } from '../names/patterns.ts';

export interface Target {
  /** As it was typed. */
  readonly word: string;
  /** A name or a pattern. */
  readonly node: string;
  /** As the commands of one host take it; `all` for the whole node. */
  readonly name: string;
}

export const ALL = 'all';

export function readTarget(word: string): Target {
  const slash = word.indexOf('/');
  return {
    word,
    node: slash <= 0 ? '*' : word.slice(0, slash),
    name: word.slice(slash + 1) || ALL,
  };
}

export interface ChosenNodes {
  /** In the order of the fleet. */
  readonly nodes: readonly string[];
  /** Targets whose node does not exist. */
  readonly unknown: readonly Target[];
}

/** The nodes that the targets name; all nodes without a target. */
export function chooseNodes(targets: readonly Target[], fleet: readonly string[]): ChosenNodes {
  if (targets.length === 0) return { nodes: fleet, unknown: [] };
  const matched = targets.map(({ node }) => matching(node, fleet));
  const chosen = new Set(matched.flat());
  return {
    nodes: fleet.filter((name) => chosen.has(name)),
    unknown: targets.filter((_unused, index) => matched[index]?.length === 0),
  };
}

export interface TargetPlan {
  /** The names for each node; nodes with nothing to do are not in it. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Targets that no node has. */
  readonly missing: readonly Target[];
}

export interface PlanOptions {
  /** True where a name without a colon means the group, too. */
  readonly takesGroups: boolean;
  /** Nodes that have not answered: their processes are not known. */
  readonly silent: readonly string[];
}

/**
 * What each node is asked to do. A target for several nodes is for those that have the process; one for a single named
 * node is passed on in any case, and the command reports that the process does not exist.
 *
 * @param processes of the nodes that have answered, in the order of the fleet
 */
export function planTargets(
  targets: readonly Target[],
  processes: ReadonlyMap<string, readonly NamedProcess[]>,
  { takesGroups, silent }: PlanOptions,
): TargetPlan {
  const names = new Map<string, Set<string>>();
  const missing: Target[] = [];
  for (const target of targets) {
    let isFound = matching(target.node, silent).length > 0;
    for (const node of matching(target.node, [...processes.keys()])) {
      const infos = processes.get(node) ?? [];
      const expanded = target.name === ALL ? [ALL] : expandPatterns([target.name], infos);
      const known = expanded.filter((name) => name === ALL || exists(name, infos, takesGroups));
      const passed = known.length === 0 && !hasWildcard(target.node) ? expanded : known;
      if (passed.length === 0) continue;
      isFound = true;
      const ofNode = names.get(node) ?? new Set();
      for (const name of passed) ofNode.add(name);
      names.set(node, ofNode);
    }
    if (!isFound) missing.push(target);
  }
  const inOrder = [...processes.keys()].filter((node) => names.has(node));
  return {
    names: new Map(inOrder.map((node) => [node, namesOf(names.get(node) ?? [])])),
    missing,
  };
}

/** A node is named as it is written, or by a pattern. */
function matching(pattern: string, nodes: readonly string[]): string[] {
  if (nodes.includes(pattern) || !hasWildcard(pattern)) return nodes.filter((node) => node === pattern);
  return nodes.filter(fnmatch(pattern));
}

/** `all` includes all other names. */
function namesOf(names: Iterable<string>): readonly string[] {
  const list = [...names];
  return list.includes(ALL) ? [ALL] : list;
}

function exists(name: string, infos: readonly NamedProcess[], takesGroups: boolean): boolean {
  const { group, process } = splitName(name);
  const isGroup = process === null || (takesGroups && !name.includes(':'));
  return infos.some((info) => info.group === group && (isGroup || info.name === process));
}
