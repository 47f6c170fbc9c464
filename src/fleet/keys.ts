/**
 * The keys of a fleet in its engine.
 *
 * - `PREFIX/slots/PROCESS/INDEX`: the node that has created it, with its lease, has the slot
 * - `PREFIX/held/PROCESS/INDEX/TOKEN`: a program may run under the slot, without a lease
 * - `PREFIX/nodes/NODE`: the node is there, with its lease
 * - `PREFIX/drained/NODE`: no program with `run_on` runs on the node
 * - `PREFIX/moves/PROCESS`: the process moves to another node, with a lease of its own
 * - `PREFIX/locks/rolling`: a client has a rolling restart under way, with a lease that it renews
 *
 * @module
 */
import type { EngineChange, EngineEntry } from './engine/engine.ts';
import type { SlotFact } from './slots/view.ts';

/** What one key reports. */
export type Fact =
  | { readonly kind: 'slot'; readonly id: string; readonly fact: SlotFact }
  | { readonly kind: 'node'; readonly node: string; readonly value: NodeValue | null }
  | { readonly kind: 'drained'; readonly node: string; readonly isDrained: boolean }
  | { readonly kind: 'move'; readonly id: string; readonly move: Move | null };

/** What a node publishes of itself. */
export interface NodeValue {
  /** Of its daemon, see `Marker`. */
  readonly owner: string;
  readonly url: string;
  readonly digest: string;
}

export interface Move {
  /** The node that the process leaves; null where it runs on none. */
  readonly from: string | null;
  readonly to: string;
}

export interface Keys {
  readonly prefix: string;
  slot(id: string, index: number): string;
  held(id: string, index: number, token: bigint): string;
  node(node: string): string;
  drained(node: string): string;
  move(id: string): string;
  readonly rollingLock: string;
  /** Null for keys that this version does not know, and for values that it cannot read. */
  factOf(change: EngineChange): Fact | null;
}

/** @param fleet name of the fleet */
export function keysOf(fleet: string): Keys {
  const prefix = `/visord/${encodeURIComponent(fleet)}/`;
  const path = (...parts: (string | number | bigint)[]): string =>
    prefix + parts.map((part) => encodeURIComponent(String(part))).join('/');
  return {
    prefix,
    slot: (id, index) => path('slots', id, index),
    held: (id, index, token) => path('held', id, index, token),
    node: (node) => path('nodes', node),
    drained: (node) => path('drained', node),
    move: (id) => path('moves', id),
    rollingLock: path('locks', 'rolling'),
    factOf: (change) => {
      const key = change.type === 'put' ? change.entry.key : change.key;
      const parts = key.startsWith(prefix) ? decoded(key.slice(prefix.length)) : null;
      return parts === null ? null : factOf(parts, change.type === 'put' ? change.entry : null);
    },
  };
}

/** The client that has the lock of a rolling restart. @param value of its key */
export function readHolder(value: string): string {
  return text(contentOf({ value })?.holder) || 'another client';
}

function decoded(path: string): readonly string[] | null {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** @param entry null where the key is gone */
function factOf(
  [kind, name = '', index = '', token = '']: readonly string[],
  entry: EngineEntry | null,
): Fact | null {
  const value = entry === null ? null : contentOf(entry);
  if (entry !== null && value === null) return null;
  switch (kind) {
    case 'slots':
      return slotFact(name, index, entry, value);
    case 'held':
      return heldFact(name, index, token, value);
    case 'nodes':
      return {
        kind: 'node',
        node: name,
        value: value && { owner: text(value.owner), url: text(value.url), digest: text(value.digest) },
      };
    case 'drained':
      return { kind: 'drained', node: name, isDrained: entry !== null };
    case 'moves':
      return {
        kind: 'move',
        id: name,
        move: value && { from: text(value.from) || null, to: text(value.to) },
      };
    default:
      return null;
  }
}

function slotFact(id: string, index: string, entry: EngineEntry | null, value: Value | null): Fact | null {
  if (!NUMBER.test(index)) return null;
  const at = { index: Number(index) };
  if (entry === null || value === null) return { kind: 'slot', id, fact: { type: 'key-gone', ...at } };
  const key = {
    node: text(value.node),
    owner: text(value.owner),
    lease: entry.lease,
    revision: entry.createRevision,
  };
  return { kind: 'slot', id, fact: { type: 'key', ...at, key } };
}

function heldFact(id: string, index: string, token: string, value: Value | null): Fact | null {
  if (!NUMBER.test(index) || !NUMBER.test(token)) return null;
  const at = { index: Number(index) };
  if (value === null) return { kind: 'slot', id, fact: { type: 'marker-gone', ...at, token: BigInt(token) } };
  const marker = {
    owner: text(value.owner),
    token: BigInt(token),
    takeoverMs: Number(value.takeoverMs) || 0,
  };
  return { kind: 'slot', id, fact: { type: 'marker', ...at, marker } };
}

const NUMBER = /^[0-9]{1,19}$/;

type Value = Readonly<Record<string, unknown>>;

function contentOf({ value }: Pick<EngineEntry, 'value'>): Value | null {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Value) : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
