/**
 * `visord.restartGroup` and `visord.getRestartModes`: restarts as `restart_mode` asks for.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import { type Restarted, RestartUnderWayError } from '../../supervisor/restarts/restarts.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';
import { FAULT_CODES, RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';
import { allByPriority, byPriority, findTarget } from '../process-names.ts';

/** @param name a group, `group:*`, or a process @throws RpcFault BAD_NAME, FAILED where a restart is under way */
export function restartGroup(supervisor: SupervisorView, name: string, wait: boolean): Answer {
  const { group, process } = targetOf(supervisor, name);
  const results = begin(supervisor, group.name, process === null ? byPriority(group) : [process]);
  if (wait) {
    return results.then((all) => all.map(statusOf));
  }
  results.catch((error: Error) => supervisor.log.error(`restart of ${name}: ${error.message}`));
  return true;
}

/** Processes whose restart_mode is not stop_start. */
export function restartModes(supervisor: SupervisorView): RpcStruct[] {
  return allByPriority(supervisor)
    .filter(({ config }) => config.restart.mode !== 'stop_start')
    .map(({ groupName, config }) => ({ group: groupName, name: config.name, mode: config.restart.mode }));
}

/** A name without a colon means the group. */
function targetOf(supervisor: SupervisorView, name: string): ReturnType<typeof findTarget> {
  return findTarget(supervisor, supervisor.groups.has(name) ? `${name}:*` : name);
}

function begin(
  supervisor: SupervisorView,
  groupName: string,
  processes: readonly ManagedProcess[],
): Promise<readonly Restarted<ManagedProcess>[]> {
  try {
    return supervisor.restartProcesses(groupName, processes);
  } catch (error) {
    if (error instanceof RestartUnderWayError) throw new RpcFault('FAILED', error.message);
    throw error;
  }
}

const STATUS = {
  restarted: FAULT_CODES.SUCCESS,
  failed: FAULT_CODES.ABNORMAL_TERMINATION,
  left: FAULT_CODES.FAILED,
} as const;

const DESCRIPTION = { restarted: 'OK', left: 'not restarted' } as const;

function statusOf({ process, outcome, reason }: Restarted<ManagedProcess>): RpcStruct {
  return {
    name: process.config.name,
    group: process.groupName,
    status: STATUS[outcome],
    description: outcome === 'failed' ? reason : DESCRIPTION[outcome],
  };
}
