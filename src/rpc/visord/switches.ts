/**
 * `visord.setEnabled`: programs that are disabled.
 *
 * @module
 */
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

function processesOf(supervisor: SupervisorView, name: string): ManagedProcess[] {
  const { group, process } = findTarget(supervisor, name);
  return process === null ? byPriority(group) : [process];
}
