/**
 * The graph of dependencies with the states of its processes, as requests get it.
 *
 * @module
 */
import type { Condition } from '../../config/tables/dependency-list.ts';
import type { StateName } from '../../process/machine/states.ts';
import { type ChainLink, criticalChain, type StartTimes } from '../../schedule/critical-chain.ts';
import { type Graph, levels } from '../../schedule/graph.ts';

/** One dependency of a process. */
export interface DependencyReport {
  /** `group:process` */
  readonly name: string;
  readonly condition: Condition;
  readonly isMet: boolean;
}

export interface GraphProcess {
  /** `group:process` */
  readonly name: string;
  readonly state: StateName;
  /** 0 without dependencies, else one more than the highest level of its dependencies. */
  readonly level: number;
  readonly dependencies: readonly DependencyReport[];
  /** Seconds for which the process has been waiting for its dependencies; null for one that does not wait. */
  readonly waitingSeconds: number | null;
}

export interface GraphReport {
  /** By level, then name. */
  readonly processes: readonly GraphProcess[];
  /** The process that was ready last, then the dependency that it waited for, and so on. */
  readonly criticalChain: readonly ChainLink[];
}

/** What the report needs to know of a process. */
export interface ReportedProcess {
  readonly state: StateName;
  readonly waitingSeconds: number | null;
}

export interface GraphReportOptions {
  readonly graph: Graph;
  readonly times: ReadonlyMap<string, StartTimes>;
  readonly find: (id: string) => ReportedProcess | undefined;
  readonly isMet: (id: string, condition: Condition) => boolean;
  /** The process that the critical chain begins with; null is the one that was ready last. */
  readonly last: string | null;
}

export function graphReport({ graph, times, find, isMet, last }: GraphReportOptions): GraphReport {
  const levelOf = levels(graph);
  const processes: GraphProcess[] = [];
  for (const id of graph.nodes.keys()) {
    const process = find(id);
    if (process !== undefined) {
      processes.push({
        name: id,
        state: process.state,
        level: levelOf.get(id) ?? 0,
        dependencies: (graph.dependencies.get(id) ?? []).map(({ to, condition }) => ({
          name: to,
          condition,
          isMet: isMet(to, condition),
        })),
        waitingSeconds: process.waitingSeconds,
      });
    }
  }
  processes.sort((a, b) => a.level - b.level || (a.name < b.name ? -1 : 1));
  return { processes, criticalChain: criticalChain(graph, times, last ?? undefined) };
}
