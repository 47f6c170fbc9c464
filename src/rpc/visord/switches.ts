/**
 * `visord.setEnabled` and `visord.reloadProcess`.
 *
 * @module
 */
import { SIGNALLABLE_STATES } from '../../process/machine/states.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import { StateError } from '../../supervisor/state-file.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RpcFault } from '../faults.ts';
import { byPriority, findTarget } from '../process-names.ts';

/** @param name a process, or `group:*` @throws RpcFault BAD_NAME, FAILED where it cannot be remembered */
export function setEnabled(supervisor: SupervisorView, name: string, isEnabled: boolean): true {
  try {
    supervisor.setEnabled(processesOf(supervisor, name), isEnabled);
  } catch (error) {
    if (error instanceof StateError) throw new RpcFault('FAILED', error.message);
    throw error;
  }
  return true;
}

/**
 * Sends `reload_signal` to a process, or to each process of a group that runs and has one.
 *
 * @throws RpcFault BAD_NAME; NOT_RUNNING and FAILED for a single process
 */
export function reloadNamed(supervisor: SupervisorView, name: string): true {
  const { group, process } = findTarget(supervisor, name);
  if (process !== null) {
    reloadOne(process, name);
    return true;
  }
  for (const one of byPriority(group)) {
    if (one.config.reloadSignal !== null && SIGNALLABLE_STATES.has(one.state)) reloadOne(one, name);
  }
  return true;
}

/** @throws RpcFault NOT_RUNNING, FAILED */
function reloadOne(process: ManagedProcess, name: string): void {
  const { reloadSignal } = process.config;
  if (reloadSignal === null) throw new RpcFault('FAILED', `${name} has no reload_signal`);
  if (!SIGNALLABLE_STATES.has(process.state)) throw new RpcFault('NOT_RUNNING', name);
  const failure = process.signal(reloadSignal);
  if (failure !== null) throw new RpcFault('FAILED', failure);
}

function processesOf(supervisor: SupervisorView, name: string): ManagedProcess[] {
  const { group, process } = findTarget(supervisor, name);
  return process === null ? byPriority(group) : [process];
}
