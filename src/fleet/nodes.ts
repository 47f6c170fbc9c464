/**
 * The nodes of a fleet, as this one knows them, and the order in which they take a slot.
 *
 * @module
 */
import type { Fact, Move, NodeValue } from './keys.ts';

/** How much later each further node takes a slot, in milliseconds, and the most of it. */
const STEP_MS = 250;
const MOST_MS = 2500;

export interface Nodes {
  readonly known: ReadonlyMap<string, NodeValue>;
  readonly drained: ReadonlySet<string>;
  readonly moves: ReadonlyMap<string, Move>;
  /** @param isWhole the facts are all there are */
  take(facts: readonly Fact[], isWhole: boolean): void;
  /**
   * Why a process leaves this node, or does not run on it; null where it may run here.
   *
   * @param hasClaim whether it has a slot here
   */
  leavesOf(id: string, hasClaim: boolean): string | null;
  /** How long this node waits before it takes a slot of the process, so that one that is preferred takes it. */
  delayOf(id: string, count: number, preferred: readonly string[]): number;
}

/** @param self name of this node */
export function nodesOf(self: string): Nodes {
  const known = new Map<string, NodeValue>();
  const drained = new Set<string>();
  const moves = new Map<string, Move>();
  const ranks = new Map<string, number>();
  return {
    known,
    drained,
    moves,
    take: (facts, isWhole) => {
      if (isWhole) {
        known.clear();
        drained.clear();
        moves.clear();
      }
      for (const fact of facts) {
        if (fact.kind === 'node') setOrDelete(known, fact.node, fact.value);
        if (fact.kind === 'move') setOrDelete(moves, fact.id, fact.move);
        if (fact.kind === 'drained' && fact.isDrained) drained.add(fact.node);
        if (fact.kind === 'drained' && !fact.isDrained) drained.delete(fact.node);
        if (fact.kind === 'node' || fact.kind === 'drained') ranks.clear();
      }
      if (isWhole) ranks.clear();
    },
    leavesOf: (id, hasClaim) => {
      if (drained.has(self)) return `${self} is drained`;
      const move = moves.get(id);
      // A node that has ended, or is drained, takes nothing over.
      const isPossible = move !== undefined && known.has(move.to) && !drained.has(move.to);
      if (!isPossible || move.to === self) return null;
      return hasClaim && move.from !== self ? null : `it moves to ${move.to}`;
    },
    delayOf: (id, count, preferred) => {
      const cached = ranks.get(id);
      if (cached !== undefined) return cached;
      const others = [...known.keys()].filter((node) => node !== self && !drained.has(node));
      const before = others.filter((node) => comesBefore(node, self, id, preferred)).length;
      const delayMs = Math.min(MOST_MS, Math.max(0, before - count + 1) * STEP_MS);
      ranks.set(id, delayMs);
      return delayMs;
    },
  };
}

/** Preferred nodes in their order, then all others in one that differs from process to process. */
function comesBefore(left: string, right: string, id: string, preferred: readonly string[]): boolean {
  const [ofLeft, ofRight] = [placeIn(preferred, left), placeIn(preferred, right)];
  return ofLeft === ofRight ? mixed(`${id} ${left}`) < mixed(`${id} ${right}`) : ofLeft < ofRight;
}

function placeIn(preferred: readonly string[], node: string): number {
  const place = preferred.indexOf(node);
  return place < 0 ? preferred.length : place;
}

/** FNV-1a. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function setOrDelete<V>(map: Map<string, V>, key: string, value: V | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
