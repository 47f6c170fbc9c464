/**
 * The order in which processes are stopped by an update: dependents before what they depend on, and else by priority.
 *
 * @module
 */
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { Graph } from '../../schedule/graph.ts';
import { processId } from '../lifecycle/process-id.ts';

/** Names with numbers in them are compared by these. */
const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * Processes that are stopped one wave after the other. In a wave the highest priority comes first, and of several
 * processes of a program the one with the highest number.
 *
 * @param graph null where no process depends on another
 */
export function stopWaves(
  processes: readonly Process[],
  graph: Graph | null,
  groups: ReadonlyMap<string, Group>,
): Process[][] {
  const priorityOf = ({ groupName }: Process): number => groups.get(groupName)?.priority ?? 0;
  const ordered = [...processes].sort(
    (a, b) =>
      priorityOf(b) - priorityOf(a) ||
      b.config.priority - a.config.priority ||
      byNumber.compare(b.config.name, a.config.name),
  );
  const levels = levelsOf(ordered, graph);
  const waves: Process[][] = [];
  for (const process of ordered) {
    const level = levels.get(process) ?? 0;
    waves[level] ??= [];
    waves[level].push(process);
  }
  return waves.filter((wave) => wave !== undefined);
}

/** Those among these that a process depends on. */
export function dependenciesAmong(
  process: Process,
  processes: readonly Process[],
  graph: Graph | null,
): Process[] {
  const ids = new Set((graph?.dependencies.get(idOf(process)) ?? []).map(({ to }) => to));
  return ids.size === 0 ? [] : processes.filter((other) => ids.has(idOf(other)));
}

/** Resolves when nothing is left to be stopped; a stop that takes long is logged. */
export function untilStopped(process: Process): Promise<void> {
  return new Promise((resolve) => {
    const isStopped = (): boolean => process.isStopped && !process.isActive;
    const report = (): void => process.reportStopping();
    if (isStopped()) {
      resolve();
      return;
    }
    report();
    const reports = setInterval(report, REPORT_MS);
    const forget = process.onStateChange(() => {
      if (isStopped()) {
        clearInterval(reports);
        forget();
        resolve();
      }
    });
  });
}

/** A little over the two seconds that a process lets pass between two lines. */
const REPORT_MS = 2050;

/** A process that others of the set depend on has a higher level than these. */
function levelsOf(processes: readonly Process[], graph: Graph | null): ReadonlyMap<Process, number> {
  const levels = new Map<Process, number>();
  if (graph === null || graph.dependents.size === 0) {
    return levels;
  }
  const byId = new Map(processes.map((process) => [idOf(process), process]));
  const levelOf = (process: Process): number => {
    const known = levels.get(process);
    if (known !== undefined) {
      return known;
    }
    // Groups of different configurations may depend on each other in a circle.
    levels.set(process, 0);
    let level = 0;
    for (const { from } of graph.dependents.get(idOf(process)) ?? []) {
      const dependent = byId.get(from);
      if (dependent !== undefined) {
        level = Math.max(level, levelOf(dependent) + 1);
      }
    }
    levels.set(process, level);
    return level;
  };
  for (const process of processes) {
    levelOf(process);
  }
  return levels;
}

function idOf({ groupName, config }: Process): string {
  return processId(groupName, config.name);
}
