/**
 * The lock of a rolling restart in a fleet with an engine: taken, renewed and released through the daemons.
 *
 * @module
 */
import { hostname, userInfo } from 'node:os';
import { FAULT_CODES } from '../../rpc/faults.ts';
import type { Fleet, FleetNode } from '../wire/fleet.ts';
import { within } from '../wire/time-limit.ts';
import { FaultError } from '../wire/trouble.ts';
import { lockRolling, type RollingLockAnswer, unlockRolling } from '../wire/visord-api.ts';
import { explainNode } from './ask.ts';
import { isSilence } from './node-session.ts';

export interface HeldLock {
  /** False where another client may have the lock: no further process may be stopped. */
  isHeld(): boolean;
  /** Resolves also where no node answers: the lock then ends by itself. */
  release(): Promise<void>;
}

/** Of a fleet without an engine. */
const NO_LOCK: HeldLock = { isHeld: () => true, release: () => Promise.resolve() };

/** A daemon may be cut off from the engine while another one is not; a lock that is held is held for all. */
const MOST_REFUSALS = 3;

/**
 * Takes the lock through the first node that can.
 *
 * @param nodes those that are to be restarted, and answer
 * @returns the reason where it is refused
 */
export async function takeLock(
  { limitMs }: Pick<Fleet, 'limitMs'>,
  nodes: readonly FleetNode[],
): Promise<HeldLock | string> {
  const refusals: string[] = [];
  for (const node of nodes) {
    const sentAtMs = performance.now();
    try {
      const answer = await within(limitMs, lockRolling(node.connection, thisClient(), ''));
      if (answer.id !== '') return keepLock(answer, sentAtMs, limitMs, startingWith(node, nodes));
    } catch (error) {
      const isStock = error instanceof FaultError && error.code === FAULT_CODES.UNKNOWN_METHOD;
      if (isStock || isSilence(error)) continue;
      refusals.push(reasonOf(node, error));
      if (refusals.length === MOST_REFUSALS) break;
    }
  }
  return refusals[0] ?? NO_LOCK;
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
        if (!(error instanceof FaultError) || error.code !== FAULT_CODES.BAD_NAME) continue;
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

/** The others follow in their order. */
function startingWith(first: FleetNode, nodes: readonly FleetNode[]): readonly FleetNode[] {
  return [first, ...nodes.filter((node) => node !== first)];
}

function reasonOf(node: FleetNode, error: unknown): string {
  if (!(error instanceof FaultError) || error.code !== FAULT_CODES.FAILED) return explainNode(node, error);
  return error.message.replace(/^[A-Z_]+: /, '');
}

/** What another client reads that finds the lock held. */
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
