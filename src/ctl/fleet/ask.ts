/**
 * Asks nodes, all at once, each with its own time limit. A node that does not answer delays no other one.
 *
 * @module
 */
import type { Fleet, FleetNode } from '../wire/fleet.ts';
import { supervisorAt } from '../wire/supervisor-api.ts';
import { within } from '../wire/time-limit.ts';
import { explainTrouble } from '../wire/trouble.ts';
import { NODES_AT_ONCE, openSlots } from './slots.ts';

export type Reply<T> =
  | { readonly node: FleetNode; readonly isSilent: false; readonly value: T }
  /** The node did not answer; `trouble` is the reason. */
  | { readonly node: FleetNode; readonly isSilent: true; readonly trouble: string };

/** The answers of the nodes, in their order. */
export function askAll<T>(
  nodes: readonly FleetNode[],
  limitMs: number,
  question: (node: FleetNode) => Promise<T>,
): Promise<Reply<T>[]> {
  const inSlot = openSlots(NODES_AT_ONCE);
  return Promise.all(
    nodes.map(async (node): Promise<Reply<T>> => {
      try {
        const value = await inSlot(() => within(limitMs, question(node)));
        return { node, isSilent: false, value };
      } catch (error) {
        return { node, isSilent: true, trouble: explainNode(node, error) };
      }
    }),
  );
}

/** Why a node did not answer, or refused. */
export function explainNode({ connection }: FleetNode, error: unknown): string {
  return explainTrouble(error, connection.serverUrl).replaceAll('[supervisorctl]', '[fleet]');
}

/**
 * Waits for work that may take longer than the limit, as a start. Meanwhile the node is asked for its version again and
 * again: the wait ends when it does not answer that within the limit.
 *
 * @throws what the work throws, and BadAnswerError or ConnectionError for a node that has gone
 */
export async function waitWhileAnswering<T>(
  { limitMs }: Pick<Fleet, 'limitMs'>,
  { connection }: FleetNode,
  work: Promise<T>,
): Promise<T> {
  let isOver = false;
  let pause: NodeJS.Timeout | null = null;
  const gone = new Promise<never>((_resolve, reject) => {
    const check = async (): Promise<void> => {
      try {
        await within(limitMs, supervisorAt(connection).getVersion());
        if (!isOver) pause = setTimeout(check, limitMs);
      } catch (error) {
        reject(error);
      }
    };
    pause = setTimeout(check, limitMs);
  });
  try {
    return await Promise.race([work, gone]);
  } finally {
    isOver = true;
    if (pause !== null) clearTimeout(pause);
  }
}
