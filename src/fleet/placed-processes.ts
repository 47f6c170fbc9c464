/**
 * The processes with `run_on` of this daemon, by their ids.
 *
 * @module
 */
import type { HostedProcess } from '../process/host.ts';
import { isPlaced } from '../process/lifecycle-policy.ts';
import type { Process } from '../process/process.ts';
import { processId } from '../supervisor/lifecycle/process-id.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Member } from './slots/member.ts';

/** `group:process` */
export function idOf({ groupName, config }: HostedProcess): string {
  return processId(groupName, config.name);
}

/** All that are active. */
export function placedProcesses(supervisor: Pick<Supervisor, 'allProcesses'>): Process[] {
  return supervisor.allProcesses().filter(({ config, role }) => isPlaced(config) && role === null);
}

/** What a member knows of the configuration of a process. */
export function slotFieldsOf(process: HostedProcess): Parameters<Member['add']>[0] {
  const { placement, stopWaitSeconds } = process.config;
  return {
    id: idOf(process),
    count: placement.count,
    stopWaitSeconds,
    keepsOnPartition: placement.onPartition === 'keep',
  };
}
