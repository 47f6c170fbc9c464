/**
 * Nodes whose configurations differ, as a line.
 *
 * @module
 */
import type { Fleet, FleetNode } from '../wire/fleet.ts';
import { within } from '../wire/time-limit.ts';
import { type FleetAnswer, getFleet } from '../wire/visord-api.ts';

/** If more nodes than that have one configuration, only their number is printed. */
const MOST_NAMES = 5;

/** Nodes that are asked in turn: a daemon of an older version, or one that has just ended, does not answer. */
const MOST_ASKED = 3;

/**
 * The line of a fleet with an engine whose nodes have several configurations; null for none. One node knows all.
 *
 * @param nodes those that answer
 */
export async function driftLine(
  { hasEngine, limitMs }: Pick<Fleet, 'hasEngine' | 'limitMs'>,
  nodes: readonly FleetNode[],
): Promise<string | null> {
  if (!hasEngine) return null;
  for (const { connection } of nodes.slice(0, MOST_ASKED)) {
    try {
      const answer = await within(limitMs, getFleet(connection));
      // A daemon that is not connected to the engine may have old keys.
      if (answer.connected) return describeDrift(answer.nodes);
    } catch {
      // The states are shown without it.
    }
  }
  return null;
}

/** The configuration of the most nodes comes first. */
export function describeDrift(
  nodes: readonly Pick<FleetAnswer['nodes'][number], 'name' | 'digest'>[],
): string | null {
  const names = new Map<string, string[]>();
  for (const { name, digest } of nodes) {
    if (digest !== '') names.set(digest, [...(names.get(digest) ?? []), name]);
  }
  if (names.size < 2) return null;
  const parts = [...names]
    .sort(([, left], [, right]) => right.length - left.length)
    .map(
      ([digest, own]) => `${digest} on ${own.length > MOST_NAMES ? `${own.length} nodes` : own.join(', ')}`,
    );
  return `configurations differ: ${parts.join('; ')}`;
}
