/**
 * The stops of an update: dependents before their dependencies, wave after wave.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import type { GroupPlan } from '../../config/update-plan.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { Graph } from '../../schedule/graph.ts';
import { isInTurn } from './in-turn.ts';
import { stopWaves, untilStopped } from './stop-waves.ts';

/** A process that is stopped, with the configuration that it has then. */
export interface Stop {
  readonly process: Process;
  /** Null where it is removed. */
  readonly config: ProcessConfig | null;
}

/** Stops that are under way. */
export interface Stops {
  readonly processes: readonly Process[];
  /** Null where no process depends on another. */
  readonly graph: Graph | null;
  /**
   * For each process: resolves when it has stopped and has its new configuration, if any; with false where the update
   * must not start it.
   */
  readonly stopped: ReadonlyMap<Process, Promise<boolean>>;
}

/**
 * The processes of a group that a plan stops, except those that are restarted in turn.
 *
 * @param processes the active ones of the group, by name
 * @param next the new configuration of the group; undefined where it is removed
 */
export function stopsOf(
  plan: GroupPlan,
  processes: ReadonlyMap<string, Process>,
  next: GroupConfig | undefined,
): Stop[] {
  switch (plan.action) {
    case 'add':
      return [];
    case 'remove':
    case 'replace':
      return [...processes.values()].map((process) => ({ process, config: null }));
    case 'change': {
      const configOf = new Map(next?.processes.map((config) => [config.name, config]));
      return plan.processes.flatMap(({ name, action }) => {
        const process = processes.get(name);
        const config = configOf.get(name) ?? null;
        return process === undefined || action === 'live' || isInTurn(process, action, config)
          ? []
          : [{ process, config }];
      });
    }
  }
}

/** Stops the first wave now, and each later one when the wave before it has stopped. */
export function beginStops(
  all: readonly Stop[],
  graph: Graph | null,
  groups: ReadonlyMap<string, Group>,
): Stops {
  const configOf = new Map(all.map(({ process, config }) => [process, config]));
  const processes = [...configOf.keys()];
  const stopped = new Map<Process, Promise<boolean>>();
  let earlier: Promise<unknown> = Promise.resolve();
  for (const wave of stopWaves(processes, graph, groups)) {
    const before = earlier;
    for (const process of wave) {
      const end = before.then(() => stopFor(process, configOf.get(process) ?? null));
      // A failure is reported where the process is started again.
      end.catch(() => {});
      stopped.set(process, end);
    }
    earlier = Promise.allSettled(wave.map((process) => stopped.get(process)));
  }
  return { processes, graph, stopped };
}

/** Resolves when the process has stopped, and has taken the configuration; false where the update must not start it. */
async function stopFor(process: Process, config: ProcessConfig | null): Promise<boolean> {
  if (config !== null) {
    const taken = process.replaceConfig(config);
    await untilStopped(process);
    return taken;
  }
  process.stopForConfig();
  await untilStopped(process);
  return false;
}
