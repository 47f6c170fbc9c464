/**
 * The restart of one process, awaited: it has succeeded when the next run is RUNNING, which means ready where the
 * program has a readiness check.
 *
 * @module
 */
import type { Process } from '../../process/process.ts';

/** Restarts it, or starts it where it does not run. Resolves with null, or with the reason why it does not run now. */
export function restartProcess(process: Process): Promise<string | null> {
  const former = process.runId;
  return new Promise((resolve) => {
    let isBegun = false;
    const look = (): void => {
      const verdict = isBegun ? verdictOf(process, former) : 'pending';
      if (verdict === 'pending') return;
      forget();
      resolve(verdict);
    };
    const forget = process.onStateChange(look);
    begin(process);
    isBegun = true;
    look();
  });
}

/** What follows the end of a run is in the journal: the next daemon goes on where this one is killed. */
function begin(process: Process): void {
  if (process.pid > 0) {
    process.advance({ type: 'restart', reason: 'its group is restarted', countsAsFailure: false });
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
      return process.isWaiting ? 'pending' : 'it was stopped';
    case 'EXITED':
      return isNext && config.type === 'oneshot' && hasEndedWell ? null : spawnError || 'it exited';
    default:
      return spawnError || `it is ${state}`;
  }
}
