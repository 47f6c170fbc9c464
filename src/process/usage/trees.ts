/**
 * The processes of several programs at once, in one pass over a table of processes.
 *
 * @module
 */
import type { TableEntry } from '../../io/process-table.ts';
import type { TreeRoot } from '../leftovers/process-tree.ts';

/**
 * The trees of processes, by the pid of their roots. A process is in the tree whose root is its own pid, its process group,
 * or its session; else in the tree of its parent. A root that is not in the table, or is another process there, has the
 * tree of those that are left of it.
 */
export function treesOf(
  roots: readonly TreeRoot[],
  table: readonly TableEntry[],
): ReadonlyMap<number, TableEntry[]> {
  const byPid = new Map(table.map((entry) => [entry.pid, entry]));
  const startTicks = new Map(roots.map((root) => [root.pid, root.startTicks]));
  const rootOf = memoized(byPid, (entry) =>
    [entry.pid, entry.group, entry.session].find((pid) => isLedBy(entry, pid, startTicks, byPid)),
  );
  const trees = new Map<number, TableEntry[]>(roots.map(({ pid }) => [pid, []]));
  for (const entry of table) {
    const root = rootOf(entry);
    if (root !== null && !entry.isZombie && !isOlder(entry, startTicks.get(root))) {
      trees.get(root)?.push(entry);
    }
  }
  return trees;
}

/** Whether a root has this pid, and the process is one of its group or session. */
function isLedBy(
  entry: TableEntry,
  pid: number,
  startTicks: ReadonlyMap<number, number | null>,
  byPid: ReadonlyMap<number, TableEntry>,
): boolean {
  const ticks = startTicks.get(pid);
  if (ticks === undefined) return false;
  // The kernel gives a pid to another process only when its group and its session are empty.
  const current = byPid.get(pid);
  const isReplaced = current !== undefined && ticks !== null && current.startTicks !== ticks;
  return !isReplaced && !isOlder(entry, ticks);
}

function isOlder(entry: TableEntry, ticks: number | null | undefined): boolean {
  return typeof ticks === 'number' && entry.startTicks < ticks;
}

/**
 * The root of each process, or null: its own, or that of the nearest ancestor that has one.
 *
 * @param find the root that a process has without its parents
 */
function memoized(
  byPid: ReadonlyMap<number, TableEntry>,
  find: (entry: TableEntry) => number | undefined,
): (entry: TableEntry) => number | null {
  const known = new Map<number, number | null>();
  return (entry) => {
    const path: number[] = [];
    let found: number | null = null;
    for (let at: TableEntry | undefined = entry; at !== undefined; at = byPid.get(at.parent)) {
      const before = known.get(at.pid);
      if (before !== undefined) {
        found = before;
        break;
      }
      path.push(at.pid);
      // Parents can form a circle in a table that was read while pids were given to others.
      known.set(at.pid, null);
      const own = find(at);
      if (own !== undefined) {
        found = own;
        break;
      }
    }
    for (const pid of path) known.set(pid, found);
    return found;
  };
}
