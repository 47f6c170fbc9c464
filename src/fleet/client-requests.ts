/**
 * Requests of clients: the report of nodes and slots, moves, drains, and the lock of a rolling restart.
 *
 * @module
 */
import type { FleetConfig } from '../config/types.ts';
import type { FleetReport, FleetView } from '../supervisor/fleet-placement.ts';
import { processId } from '../supervisor/lifecycle/process-id.ts';
import type { EngineLink } from './engine-link.ts';
import type { Keys } from './keys.ts';
import type { MemberDriver } from './member-driver.ts';
import type { Nodes } from './nodes.ts';
import { rollingLocks } from './rolling-lock.ts';
import type { Member } from './slots/member.ts';
import { holdersOf } from './slots/view.ts';

/** How long a move may take, and a drain, in seconds. */
const MOVE_SECONDS = 120;
const DRAIN_SECONDS = 600;

export interface ClientRequests extends FleetView {
  /** A move has reached its node. @param id `group:process` */
  forgetMove(id: string): void;
}

export interface ClientRequestsOptions {
  readonly config: Pick<FleetConfig, 'name' | 'node' | 'leaseSeconds'>;
  readonly keys: Keys;
  readonly nodes: Nodes;
  readonly member: Member;
  readonly driver: MemberDriver;
  readonly link: EngineLink;
}

export function clientRequests(options: ClientRequestsOptions): ClientRequests {
  const { config, keys, nodes, member, driver, link } = options;
  const holders = (id: string): readonly string[] => holdersOf(member.viewOf(id));
  const locks = () => rollingLocks(link.connected(), keys.rollingLock, config.leaseSeconds);

  const report = (): FleetReport => ({
    name: config.name,
    node: config.node,
    isConnected: member.isConnected,
    members: [...nodes.known]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([node, { url, digest }]) => ({ node, url, digest, isDrained: nodes.drained.has(node) })),
    slots: [...member.slots].flatMap(({ id }) =>
      [...member.viewOf(id).keys].map(([index, key]) => ({ process: id, index, node: key.node })),
    ),
  });
  const forgetMove = (id: string): void => {
    link.engine?.remove(keys.move(id)).catch(() => {
      // The key is removed with its lease.
    });
  };

  return {
    get report() {
      return report();
    },
    forgetMove,
    move: async (group, name, to) => {
      const id = processId(group, name);
      const engine = link.connected();
      const slot = member.slotOf(id);
      if (slot === undefined) throw new Error(`${name} has no run_on`);
      if (!nodes.known.has(to)) throw new Error(`no node ${to} is there`);
      if (nodes.drained.has(to)) throw new Error(`${to} is drained`);
      const before = holders(id);
      if (before.includes(to)) throw new Error(`${name} runs on ${to}`);
      const from = before.length >= slot.count ? (before[0] ?? null) : null;
      const lease = await engine.grantLease(MOVE_SECONDS);
      const value = JSON.stringify({ from: from ?? '', to });
      if ((await engine.create(keys.move(id), value, lease)) === null) {
        throw new Error(`${name} is being moved already`);
      }
      const hasMoved = await driver.until(() => holders(id).includes(to), MOVE_SECONDS * 1000);
      // The other node removes it as well; its daemon may have ended just now.
      forgetMove(id);
      if (!hasMoved) throw new Error(`${to} has not taken ${name} within ${MOVE_SECONDS} seconds`);
    },
    setDrained: async (node, isDrained) => {
      const engine = link.connected();
      if (!isDrained) {
        await engine.remove(keys.drained(node));
        return;
      }
      if (!nodes.known.has(node) && !nodes.drained.has(node)) throw new Error(`no node ${node} is there`);
      await engine.put(keys.drained(node), '{}', null);
      const isEmpty = (): boolean =>
        nodes.drained.has(node) && !report().slots.some((slot) => slot.node === node);
      if (!(await driver.until(isEmpty, DRAIN_SECONDS * 1000))) {
        throw new Error(`programs have not left ${node} yet`);
      }
    },
    lockRolling: async (holder) => locks().take(holder),
    renewRolling: async (id) => locks().renew(id),
    unlockRolling: async (id) => locks().release(id),
  };
}
