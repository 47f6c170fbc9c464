/**
 * The methods of a daemon that is a node of a fleet: `visord.getFleet`, `moveProcess`, `drainNode`, `undrainNode`,
 * `lockRolling`, `unlockRolling`.
 *
 * @module
 */
import type { FleetView } from '../../supervisor/fleet-placement.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';
import { findTarget } from '../process-names.ts';

/** @throws RpcFault FAILED where this daemon is in no fleet */
export function fleetReport(supervisor: SupervisorView): RpcStruct {
  const { name, node, isConnected, members, slots } = fleetOf(supervisor).report;
  return {
    name,
    node,
    connected: isConnected,
    nodes: members.map((member) => ({
      name: member.node,
      url: member.url,
      digest: member.digest,
      drained: member.isDrained,
    })),
    slots: slots.map(({ process, index, node: holder }) => ({ process, index, node: holder })),
  };
}

/** @throws RpcFault BAD_NAME, FAILED */
export function moveProcess(supervisor: SupervisorView, name: string, node: string): Answer {
  const { group, process } = findTarget(supervisor, name);
  if (process === null) throw new RpcFault('BAD_NAME', name);
  return done(() => fleetOf(supervisor).move(group.name, process.config.name, node));
}

/** @throws RpcFault FAILED */
export function setDrained(supervisor: SupervisorView, node: string, isDrained: boolean): Answer {
  return done(() => fleetOf(supervisor).setDrained(node, isDrained));
}

/**
 * @param lock to renew; empty for a new one
 * @returns with an empty id where this daemon has no lock to give: it is in no fleet with an engine
 * @throws RpcFault BAD_NAME for a lock that is not held any longer, FAILED
 */
export async function lockRolling(
  { placement }: SupervisorView,
  holder: string,
  lock: string,
): Promise<RpcStruct> {
  if (placement === null) return { id: '', seconds: 0 };
  const held = await orFault(() =>
    lock === '' ? placement.lockRolling(holder) : placement.renewRolling(lock),
  );
  if (held === null) throw new RpcFault('BAD_NAME', lock);
  return { id: held.id, seconds: held.seconds };
}

/** @throws RpcFault FAILED */
export async function unlockRolling(supervisor: SupervisorView, lock: string): Promise<true> {
  return await done(() => fleetOf(supervisor).unlockRolling(lock));
}

function fleetOf({ placement }: SupervisorView): FleetView {
  if (placement === null) throw new RpcFault('FAILED', 'this daemon has no [fleet] with an engine');
  return placement;
}

async function done(act: () => Promise<void>): Promise<true> {
  await orFault(act);
  return true;
}

async function orFault<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RpcFault) throw error;
    throw new RpcFault('FAILED', (error as Error).message);
  }
}
