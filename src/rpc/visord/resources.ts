/**
 * `visord.getResources`: what processes use.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import { usageOf } from '../../process/usage/usage.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcStruct } from '../../xmlrpc/values.ts';
import { byPriority, findTarget } from '../process-names.ts';

/** @param name of a process, `group:*`, or empty for all @throws RpcFault BAD_NAME */
export async function resources(supervisor: SupervisorView, name: string): Promise<RpcStruct[]> {
  const processes = processesOf(supervisor, name);
  const pids = processes.map(({ pid }) => pid);
  const usage = await usageOf(processes);
  return processes.map(({ groupName, config, restarts }, index) => ({
    group: groupName,
    name: config.name,
    pid: pids[index] ?? 0,
    processes: usage[index]?.processes ?? 0,
    cpu_seconds: new Double(usage[index]?.cpuSeconds ?? 0),
    resident_bytes: new Double(usage[index]?.residentBytes ?? 0),
    restarts,
  }));
}

function processesOf(supervisor: SupervisorView, name: string): readonly ManagedProcess[] {
  if (name === '') return [...supervisor.groups.values()].flatMap(byPriority);
  const { group, process } = findTarget(supervisor, name);
  return process === null ? byPriority(group) : [process];
}
