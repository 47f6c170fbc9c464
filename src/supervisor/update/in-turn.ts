/**
 * Processes that an update restarts in turn: their new configuration has a `restart_mode` that asks for it.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import type { ProcessPlan } from '../../config/update-plan.ts';
import type { Process } from '../../process/process.ts';
import type { Replacements, Restarted } from '../restarts/restarts.ts';
import { processResult, type UpdateAction, type UpdateResult } from './update-result.ts';

/** Whether a running process waits for its turn. @param config of its next run; null where it is removed */
export function isInTurn(process: Process, action: UpdateAction, config: ProcessConfig | null): boolean {
  return action === 'restart' && config !== null && config.restart.mode !== 'stop_start' && process.isUp;
}

export interface InTurnOptions {
  readonly groupName: string;
  readonly planned: readonly { readonly plan: ProcessPlan; readonly process: Process }[];
  readonly configOf: ReadonlyMap<string, ProcessConfig>;
  /** False where a later update has changed the process. */
  isWanted(process: Process): boolean;
  /** @throws RestartUnderWayError */
  restartWith(groupName: string, replacements: Replacements): Promise<readonly Restarted[]>;
}

export interface InTurnOutcome {
  readonly results: readonly UpdateResult[];
  /** By name, the former configurations of processes that keep them, because their restart or another one failed. */
  readonly kept: ReadonlyMap<string, ProcessConfig>;
}

/** Resolves when all have been restarted, or one has failed. */
export async function restartInTurn(options: InTurnOptions): Promise<InTurnOutcome> {
  const { groupName, planned, configOf, isWanted } = options;
  const replacements = new Map(
    planned.flatMap(({ plan, process }) => {
      const config = configOf.get(plan.name);
      return config === undefined ? [] : [[process, { config, isWanted: () => isWanted(process) }] as const];
    }),
  );
  const done = replacements.size === 0 ? [] : await restarted(options, replacements);
  const outcomes = new Map(done.map((one) => [one.process, one]));
  const kept = done.filter(
    ({ process, outcome }) => outcome !== 'restarted' && keepsConfig(process, replacements),
  );
  return {
    results: planned.map(({ plan, process }) => ({
      ...processResult(groupName, plan.name, 'restart'),
      keys: plan.keys,
      failure: failureOf(outcomes.get(process)),
    })),
    kept: new Map(kept.map(({ process: { config } }) => [config.name, config])),
  };
}

/** A process that was stopped for its new configuration keeps it, also if it does not start. */
function keepsConfig(process: Process, replacements: Replacements): boolean {
  return process.config !== replacements.get(process)?.config;
}

/** If the restart is refused, no process is restarted. */
async function restarted(
  { groupName, restartWith }: InTurnOptions,
  replacements: Replacements,
): Promise<readonly Restarted[]> {
  try {
    return await restartWith(groupName, replacements);
  } catch (error) {
    const reason = (error as Error).message;
    return [...replacements.keys()].map((process) => ({ process, outcome: 'left', reason }));
  }
}

function failureOf(restarted: Restarted | undefined): string | null {
  if (restarted === undefined || restarted.outcome === 'restarted') return null;
  return restarted.reason || 'not restarted';
}
