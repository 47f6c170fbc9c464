/**
 * The lock of a rolling restart in a fleet with an engine: taken, renewed and released through the daemons.
 *
 * @module
 */
import { hostname, userInfo } from 'node:os';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { detailOf } from '../commands/visord-only.ts';
import type { Fleet, FleetNode } from '../wire/fleet.ts';
import { within } from '../wire/time-limit.ts';
import { FaultError } from '../wire/trouble.ts';
import { lockRolling, type RollingLockAnswer, unlockRolling } from '../wire/visord-api.ts';
import { askAll, explainNode } from './ask.ts';

export interface HeldLock {
  /** False where another client may have the lock: no further process may be stopped. */
  isHeld(): boolean;
  /** Resolves also where no node answers: the lock then ends by itself. */
  release(): Promise<void>;
}

/** The id of no lock: its renewal shows whether a daemon has an engine. */
const NO_ID = '-';

/**
 * Takes the lock of each engine that the nodes have; most fleets have one, or none.
 *
 * @param nodes those with processes to restart, which have just answered
 * @returns the reason where a lock is refused, or a node does not show which lock is its own
 */
export async function takeLock(
  { limitMs }: Pick<Fleet, 'limitMs'>,
  nodes: readonly FleetNode[],
): Promise<HeldLock | string> {
  const held: HeldLock[] = [];
  const all: HeldLock = {
    isHeld: () => held.every((lock) => lock.isHeld()),
    release: async () => {
      await Promise.all(held.map((lock) => lock.release()));
    },
  };
  let reply = await askForLock(limitMs, nodes, NO_ID);
  while (reply.trouble === null) {
    const [first, ...others] = reply.without;
    if (first === undefined) return all;
    const sentAtMs = performance.now();
    try {
      const answer = await within(limitMs, lockRolling(first.connection, thisClient(), ''));
      // Its daemon has read a configuration without an engine just now.
      if (answer.id === '') {
        reply = { ...reply, without: others };
        continue;
      }
      reply = await askForLock(limitMs, others, answer.id);
      held.push(keepLock(answer, sentAtMs, limitMs, [first, ...reply.with]));
    } catch (error) {
      await all.release();
      return reasonOf(first, error);
    }
  }
  await all.release();
  return reply.trouble;
}

interface LockReply {
  /** Nodes of the engine that has the lock. */
  readonly with: readonly FleetNode[];
  /** Nodes of other engines. */
  readonly without: readonly FleetNode[];
  /** Of the first node whose engine is not known; null for none. */
  readonly trouble: string | null;
}

/** Asks all nodes for a renewal of a lock; those without an engine are in neither list. */
async function askForLock(limitMs: number, nodes: readonly FleetNode[], id: string): Promise<LockReply> {
  const replies = await askAll(nodes, limitMs, async (node) => {
    try {
      return (await lockRolling(node.connection, '', id)).id === '' ? 'no-engine' : 'with';
    } catch (error) {
      if (hasCode(error, FAULT_CODES.BAD_NAME)) return 'without';
      if (hasCode(error, FAULT_CODES.UNKNOWN_METHOD)) return 'no-engine';
      if (hasCode(error, FAULT_CODES.FAILED)) return { reason: reasonOf(node, error) };
      throw error;
    }
  });
  const those = (standing: 'with' | 'without'): FleetNode[] =>
    replies.flatMap((reply) => (!reply.isSilent && reply.value === standing ? [reply.node] : []));
  const troubles = replies.flatMap((reply) => {
    if (reply.isSilent) return [`${reply.node.name}: ${reply.trouble}`];
    return typeof reply.value === 'string' ? [] : [`${reply.node.name}: ${reply.value.reason}`];
  });
  return { with: those('with'), without: those('without'), trouble: troubles[0] ?? null };
}

/** Renews the lock at a third of its time, until it is released or lost. */
function keepLock(
  { id, seconds }: RollingLockAnswer,
  takenAtMs: number,
  limitMs: number,
  nodes: readonly FleetNode[],
): HeldLock {
  const lengthMs = seconds * 1000;
  let heldUntilMs = takenAtMs + lengthMs;
  let isOver = false;
  let timer: NodeJS.Timeout | null = null;

  const renew = async (): Promise<void> => {
    for (const node of nodes) {
      if (isOver || performance.now() >= heldUntilMs) return;
      const sentAtMs = performance.now();
      try {
        const answer = await within(limitMs, lockRolling(node.connection, '', id));
        if (answer.id === '') continue;
        heldUntilMs = sentAtMs + lengthMs;
        return;
      } catch (error) {
        // Any other failure is that of one node.
        if (!hasCode(error, FAULT_CODES.BAD_NAME)) continue;
        heldUntilMs = 0;
        return;
      }
    }
  };
  const renewLater = (): void => {
    if (isOver || performance.now() >= heldUntilMs) return;
    timer = setTimeout(() => void renew().then(renewLater), lengthMs / 3);
  };
  renewLater();

  return {
    isHeld: () => performance.now() < heldUntilMs,
    release: async () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      for (const node of nodes) {
        try {
          await within(limitMs, unlockRolling(node.connection, id));
          return;
        } catch {
          // The next node, or the end of the lease.
        }
      }
    },
  };
}

function hasCode(error: unknown, code: number): error is FaultError {
  return error instanceof FaultError && error.code === code;
}

function reasonOf(node: FleetNode, error: unknown): string {
  return hasCode(error, FAULT_CODES.FAILED) ? detailOf(error) : explainNode(node, error);
}

/** The holder, as another client reads it when it is refused. */
function thisClient(): string {
  return `${userName()}@${hostname()} (supervisorctl, pid ${process.pid})`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the user database.
    return String(process.getuid?.() ?? '');
  }
}
