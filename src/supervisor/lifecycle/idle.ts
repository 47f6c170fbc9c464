/**
 * Whether a daemon has nothing to do any more (`exit_when_idle=`).
 *
 * @module
 */
import type { Group } from '../../process/group.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';

/** True when no program runs, waits or is to be started again. Event listeners do not count: they serve programs. */
export function isIdle(groups: Iterable<Group>): boolean {
  for (const group of groups) {
    if (group.config.pool === undefined && [...group.processes.values()].some(hasSomethingToDo)) {
      return false;
    }
  }
  return true;
}

function hasSomethingToDo({ state, isWaiting, willRestart, nextRunAt }: Process): boolean {
  return isWaiting || nextRunAt !== null || willRestart || !STOPPED_STATES.has(state);
}
