/**
 * The memory and the processor time of programs with all that they have started, read when it is asked for.
 *
 * @module
 */
import { pageBytes } from '../../io/page-size.ts';
import { TICKS_PER_SECOND } from '../../io/proc-stat.ts';
import type { TableEntry } from '../../io/process-table.ts';
import { processesIn } from '../cgroup/cgroup-files.ts';
import { cgroupCpuSeconds, cgroupMemory } from '../cgroup/usage.ts';
import type { TreeRoot } from '../leftovers/process-tree.ts';
import { sharedTable } from './shared-table.ts';
import { treesOf } from './trees.ts';

/** A process of which the usage is asked for. */
export interface UsageRoot extends TreeRoot {
  /** The cgroup of the process; null where it has none of its own. */
  readonly cgroup: string | null;
}

/** What a process uses with all that descends from it. */
export interface Usage {
  /** Memory in RAM. Without a cgroup, memory that processes share counts for each of them, as in the sum of what ps(1) shows. */
  readonly residentBytes: number;
  /** Processor time of those that run, and of children that they have waited for. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

const NOTHING: Usage = { residentBytes: 0, cpuSeconds: 0, processes: 0 };

/**
 * What each process uses, in their order; nothing for a pid of 0. The figures of a cgroup are its own, all others those of
 * /proc.
 */
export async function usageOf(processes: readonly UsageRoot[]): Promise<readonly Usage[]> {
  // The pid may belong to another process by the time the table has been read.
  const roots = processes.map(({ pid, startTicks, cgroup }) => ({ pid, startTicks, cgroup }));
  const counted = roots.map(({ pid, cgroup }) => (pid === 0 ? NOTHING : usageOfCgroup(cgroup)));
  const inTable = roots.filter((_, index) => counted[index] === null);
  if (inTable.length === 0) {
    return counted.map((usage) => usage ?? NOTHING);
  }
  const trees = treesOf(inTable, await sharedTable());
  return roots.map(({ pid }, index) => counted[index] ?? usageOfTree(trees.get(pid) ?? []));
}

/** Null where the kernel does not count it. */
function usageOfCgroup(folder: string | null): Usage | null {
  if (folder === null) return null;
  const residentBytes = cgroupMemory(folder);
  const cpuSeconds = cgroupCpuSeconds(folder);
  if (residentBytes === null || cpuSeconds === null) return null;
  return { residentBytes, cpuSeconds, processes: processesIn(folder).length };
}

function usageOfTree(tree: readonly TableEntry[]): Usage {
  const sum = (value: (entry: TableEntry) => number): number =>
    tree.reduce((before, entry) => before + value(entry), 0);
  return {
    residentBytes: sum(({ residentPages }) => residentPages) * pageBytes(),
    cpuSeconds: sum(({ cpuTicks }) => cpuTicks) / TICKS_PER_SECOND,
    processes: tree.length,
  };
}
