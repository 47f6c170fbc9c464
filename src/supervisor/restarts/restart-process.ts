/**
 * The restart of one process, awaited: it has succeeded when the next run is RUNNING, which means ready where the
 * program has a readiness check.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import type { Process } from '../../process/process.ts';

/** The configuration that the next run has. */
export interface Replacement {
  readonly config: ProcessConfig;
  /** False where a later update has changed the process. */
  isWanted(): boolean;
}

/**
 * Restarts it, or starts it where it does not run. Resolves with null, or with the reason why it does not run now.
 *
 * @param replacement null where the configuration stays
 * @param reason of the restart, for the log
 */
export async function restartProcess(
  process: Process,
  replacement: Replacement | null = null,
  reason = 'its group is restarted',
): Promise<string | null> {
  try {
    return replacement === null
      ? await restart(process, reason)
      : await restartWith(process, replacement, reason);
  } catch (error) {
    return (error as Error).message;
  }
}

async function restartWith(
  process: Process,
  { config, isWanted }: Replacement,
  reason: string,
): Promise<string | null> {
  if (!isWanted()) return SUPERSEDED;
  const isToStart = await process.replaceConfig(config);
  if (!isWanted()) return SUPERSEDED;
  return isToStart ? restart(process, reason) : STOPPED;
}

export const SUPERSEDED = 'a later update has changed it';
const STOPPED = 'it was stopped';

function restart(process: Process, reason: string): Promise<string | null> {
  const former = process.runId;
  begin(process, reason);
  return awaitRun(process, former);
}

/**
 * Resolves when a later run than the former one is RUNNING, with null, or with the reason why none will be.
 *
 * @param former its `runId`
 */
export function awaitRun(process: Process, former: number): Promise<string | null> {
  return new Promise((resolve) => {
    const look = (): void => {
      const verdict = verdictOf(process, former);
      if (verdict === 'pending') return;
      forget();
      resolve(verdict);
    };
    const forget = process.onStateChange(look);
    look();
  });
}

/** What follows the end of a run is in the journal: the next daemon goes on where this one is killed. */
function begin(process: Process, reason: string): void {
  if (process.pid > 0) {
    process.advance({ type: 'restart', reason, countsAsFailure: false });
  } else {
    if (process.isStoppable) process.stop();
    process.start();
  }
}

/** Null where the next run is RUNNING, else why it will not be, or that it is not known yet. */
function verdictOf(process: Process, former: number): string | null | 'pending' {
  const { state, runId, config, spawnError, hasEndedWell } = process;
  const isNext = runId !== former;
  switch (state) {
    case 'RUNNING':
      return isNext ? null : 'pending';
    case 'STARTING':
    case 'STOPPING':
      return 'pending';
    case 'STOPPED':
      return process.isWaiting ? 'pending' : STOPPED;
    case 'EXITED':
      return isNext && config.type === 'oneshot' && hasEndedWell ? null : spawnError || 'it exited';
    default:
      return spawnError || `it is ${state}`;
  }
}
