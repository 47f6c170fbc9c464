/**
 * Which processes a program has started, by what /proc shows of them: a pure function of a table of processes.
 *
 * @module
 */
import type { TableEntry } from '../../io/process-table.ts';

/** The process that the daemon has started. It may have ended. */
export interface TreeRoot {
  readonly pid: number;
  /** As in `ProcStat`; null where it is not known. */
  readonly startTicks: number | null;
}

export interface TreeOptions {
  readonly root: TreeRoot;
  readonly table: readonly TableEntry[];
  /** Processes that were in the tree earlier: start times by pid. */
  readonly known?: ReadonlyMap<number, number>;
  /** Whether a process has inherited the environment of the root; asked for those that nothing else shows. */
  readonly hasEnvironment?: (pid: number) => boolean;
}

/**
 * The root and all that descends from it and runs, in no particular order. A process is in the tree if its parent is in it,
 * if it is in the process group or the session of the root, was in the tree earlier, or has its environment: with the parent
 * alone, a daemon (setsid, double fork) is lost. Start times tell a process from a later one with the same pid.
 */
export function treeOf({ root, table, known, hasEnvironment }: TreeOptions): TableEntry[] {
  const candidates = table.filter((entry) => isPossible(entry, root));
  // The kernel gives a pid to another process only when its group and its session are empty.
  const isRootReplaced = table.some(({ pid, startTicks }) => pid === root.pid && !isStart(startTicks, root));
  const isLeadByRoot = ({ group, session }: TableEntry): boolean =>
    !isRootReplaced && (group === root.pid || session === root.pid);
  const isFirst = (entry: TableEntry): boolean =>
    (entry.pid === root.pid && !isRootReplaced) ||
    isLeadByRoot(entry) ||
    known?.get(entry.pid) === entry.startTicks ||
    (hasEnvironment?.(entry.pid) ?? false);
  return withDescendants(candidates.filter(isFirst), candidates);
}

function isPossible({ pid, isZombie, startTicks }: TableEntry, root: TreeRoot): boolean {
  return !isZombie && pid !== INIT && (root.startTicks === null || startTicks >= root.startTicks);
}

const INIT = 1;

function isStart(startTicks: number, root: TreeRoot): boolean {
  return root.startTicks === null || startTicks === root.startTicks;
}

function withDescendants(first: readonly TableEntry[], candidates: readonly TableEntry[]): TableEntry[] {
  const childrenByParent = groupedByParent(candidates);
  const found = new Map(first.map((entry) => [entry.pid, entry]));
  const queue = [...first];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    for (const child of childrenByParent.get(entry.pid) ?? []) {
      if (!found.has(child.pid)) {
        found.set(child.pid, child);
        queue.push(child);
      }
    }
  }
  return [...found.values()];
}

function groupedByParent(entries: readonly TableEntry[]): ReadonlyMap<number, TableEntry[]> {
  const byParent = new Map<number, TableEntry[]>();
  for (const entry of entries) {
    const siblings = byParent.get(entry.parent);
    if (siblings === undefined) {
      byParent.set(entry.parent, [entry]);
    } else {
      siblings.push(entry);
    }
  }
  return byParent;
}
