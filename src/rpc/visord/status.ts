/**
 * `visord.getStatus`: what the live page shows of the daemon and of its processes.
 *
 * @module
 */
import { describeProcess } from '../../process/description.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcParameter, type RpcStruct } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import { findTarget, NameOrder } from '../process-names.ts';

/** @param names of processes, or `group:*`; empty is all @throws RpcFault BAD_NAME, INCORRECT_PARAMETERS */
export function renderStatus(supervisor: SupervisorView, names: readonly RpcParameter[]): RpcStruct {
  const now = Date.now() / 1000;
  const processes = names.length === 0 ? allOf(supervisor) : names.flatMap((name) => named(supervisor, name));
  return {
    identifier: supervisor.config.daemon.identifier,
    state: supervisor.state,
    now: new Double(now),
    processes: processes.map((process) => statusOf(process, now)),
  };
}

const orders = new WeakMap<SupervisorView, NameOrder>();

function allOf(supervisor: SupervisorView): readonly ManagedProcess[] {
  let order = orders.get(supervisor);
  if (order === undefined) {
    order = new NameOrder(supervisor);
    orders.set(supervisor, order);
  }
  return order.processes();
}

function named(supervisor: SupervisorView, name: RpcParameter): readonly ManagedProcess[] {
  if (typeof name !== 'string') throw new RpcFault('INCORRECT_PARAMETERS');
  const { group, process } = findTarget(supervisor, name);
  return process === null ? [...group.processes.values()] : [process];
}

function statusOf(process: ManagedProcess, now: number): RpcStruct {
  const { config, health, wait, logTrouble } = process;
  return {
    group: process.groupName,
    name: config.name,
    statename: process.state,
    pid: process.pid,
    start: new Double(process.startedAt),
    stop: new Double(process.stoppedAt),
    exitstatus: process.exitStatus ?? 0,
    ended_well: process.hasEndedWell,
    description: describeProcess(process, Math.floor(now)),
    disabled: process.isDisabled,
    waiting: wait !== null,
    health: health?.text ?? '',
    healthy: health?.isHealthy !== false && logTrouble === null,
    reloadable: config.reloadSignal !== null,
    stdout: process.stdoutLogfile !== null,
    stderr: process.stderrLogfile !== null,
  };
}
