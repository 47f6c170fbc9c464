/**
 * This daemon as a node of a fleet: programs with `run_on` run here while the node has a slot for them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { bootId, pidNamespace } from '../io/boot.ts';
import type { FleetPlacement } from '../supervisor/fleet-placement.ts';
import { processOf } from '../supervisor/lifecycle/process-id.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { announcementOf } from './announcement.ts';
import { clientRequests } from './client-requests.ts';
import type { Engine, EngineSettings } from './engine/engine.ts';
import { openEtcd } from './engine/etcd.ts';
import { engineLink } from './engine-link.ts';
import { engineSettings } from './engine-settings.ts';
import { guardedPrograms } from './guarded-programs.ts';
import { readState, stateKeeper } from './kept-state.ts';
import { type Fact, keysOf } from './keys.ts';
import { driveMember } from './member-driver.ts';
import { nodesOf } from './nodes.ts';
import { processSlots } from './process-slots.ts';
import { killWithoutSlot, stopForSlot } from './slot-effects.ts';
import { Member, type MemberEffect } from './slots/member.ts';
import { leaseTimes } from './slots/times.ts';
import type { Slot } from './slots/types.ts';
import { holdersOf } from './slots/view.ts';

/** Opens the fleet of the configuration; `begin` is to follow. @param open how the engine is reached */
export function openFleet(
  supervisor: Supervisor,
  open: (settings: EngineSettings) => Engine = openEtcd,
): FleetPlacement {
  const { fleet: config } = supervisor.config;
  if (config === null) throw new Error('no engine is configured');
  const { log, processesByPid } = supervisor;
  const { node } = config;
  const times = leaseTimes(config.leaseSeconds);
  const keys = keysOf(config.name);
  const nodes = nodesOf(node);
  const origin = { machine: `${bootId()} ${pidNamespace()}`, member: `${keys.prefix}${node}` };
  const left = readState(supervisor.runtimeFolder, origin);
  const owner = left?.owner ?? randomUUID();
  const find = (id: string) => processOf(supervisor.groups, id);

  const leavesOf = (id: string): string | null => {
    if (!supervisor.mayStart()) return 'the daemon of this node shuts down';
    return nodes.leavesOf(id, member.slotOf(id)?.claim != null);
  };
  const delayOf = (id: string): number => {
    const placement = find(id)?.config.placement;
    return placement === undefined ? 0 : nodes.delayOf(id, placement.count, placement.preferred);
  };
  const member = new Member({ owner, times, lease: left?.lease ?? null, leavesOf, delayOf });
  const guarded = guardedPrograms({ log, processesByPid, times, find });
  const keeper = stateKeeper(() => supervisor.runtimeFolder, log);
  const claimsNow = () =>
    new Map([...member.slots].flatMap(({ id, claim }) => (claim ? [[id, claim] as const] : [])));

  const run = (effect: MemberEffect): void => {
    switch (effect.type) {
      case 'granted':
        if (find(effect.id)?.isWaiting) supervisor.lifecycle?.slotsChanged();
        if (nodes.moves.get(effect.id)?.to === node) requests.forgetMove(effect.id);
        return;
      case 'stop': {
        const process = find(effect.id);
        if (process !== undefined) stopForSlot(process, effect.id, effect.reason, guarded);
        return;
      }
      case 'kill': {
        const process = find(effect.id);
        if (process !== undefined) killWithoutSlot(process, log);
        return;
      }
      case 'confirmed':
        if (link.engine !== null)
          announcement.publish(link.engine, effect.lease.id, supervisor.config.groups);
        return;
      default:
        link.run(effect);
    }
  };
  const driver = driveMember({
    member,
    run,
    decided: () => {
      const claims = claimsNow();
      const lease = claims.size > 0 ? member.lease : null;
      keeper.save({ ...origin, owner, lease, guards: guarded.processes, claims });
      guarded.extend((id) => member.slotOf(id));
    },
  });
  const learn = (facts: readonly Fact[], isWhole: boolean): void => {
    nodes.take(facts, isWhole);
    announcement.check(nodes);
    if (isWhole || facts.some(({ kind }) => kind !== 'slot')) driver.handle({ type: 'surroundings-changed' });
    for (const fact of facts) {
      const process = fact.kind === 'slot' ? find(fact.id) : undefined;
      // What it waits for is read when all facts are taken.
      if (process?.isWaiting) setImmediate(() => process.reportChanged());
    }
  };
  const link = engineLink({
    log,
    keys,
    node,
    owner,
    learn,
    storeSeconds: times.storeSeconds,
    callMs: times.callMs,
    takeoverMs: times.takeoverMs,
    openEngine: () => open(engineSettings(config, times.callMs)),
    isConnected: () => member.isConnected,
    answer: driver.handle,
  });
  const announcement = announcementOf({ config, owner, keys, log });
  const processes = processSlots({ supervisor, node, member, driver, guarded, leavesOf });
  const requests = clientRequests({ config, keys, nodes, member, driver, link });
  const holds = ({ id, claim, process }: Slot): boolean =>
    claim !== null || process !== 'down' || holdersOf(member.viewOf(id)).includes(node);

  return {
    ...processes,
    get report() {
      return requests.report;
    },
    move: requests.move,
    setDrained: requests.setDrained,
    lockRolling: requests.lockRolling,
    renewRolling: requests.renewRolling,
    unlockRolling: requests.unlockRolling,
    begin: () => {
      driver.open();
      guarded.start();
      processes.adopt(left);
      guarded.replace(left?.guards ?? []);
      link.open();
      driver.handle({ type: 'due' });
    },
    leave: async () => {
      const { engine } = link;
      if (!driver.isOpen || engine === null) return;
      driver.handle({ type: 'surroundings-changed' });
      const isEmpty = await driver.until(() => ![...member.slots].some(holds), 2 * times.callMs);
      const { lease } = member;
      // The end of the lease removes the remaining keys at once. A program that still has a slot keeps it, under the guards.
      if (isEmpty && lease !== null) await engine.revokeLease(lease.id).catch(() => {});
    },
    close: () => {
      // A daemon that could not start leaves the state to the next one.
      const hasEnded = driver.isOpen && supervisor.state === 'SHUTDOWN';
      driver.close();
      link.close();
      guarded.close();
      if (hasEnded && claimsNow().size === 0) keeper.remove();
    },
  };
}
