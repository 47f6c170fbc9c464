/**
 * The keys of a fleet, as one node knows them.
 *
 * @module
 */

/** The key of a slot: its holder has created it, bound to its lease. */
export interface SlotKey {
  readonly node: string;
  /** Of the daemon that created it, see `Marker`. */
  readonly owner: string;
  readonly lease: string | null;
  /** Of the creation. */
  readonly revision: bigint;
}

/**
 * A key without a lease that a holder creates before it starts the program, and removes when the program has ended: without
 * it, a slot that is free can be taken at once.
 */
export interface Marker {
  /**
   * Of the daemon that created it: a random name that the next daemon keeps if it has all that this one knew of
   * its slots. Two nodes with one name, and a node after a boot, are others.
   */
  readonly owner: string;
  /** The fencing token: revision of the slot's key. */
  readonly token: bigint;
  /** `lease_seconds` of that node, in milliseconds. */
  readonly takeoverMs: number;
}

/** The slots of one process. */
export interface SlotView {
  readonly keys: ReadonlyMap<number, SlotKey>;
  readonly markers: ReadonlyMap<number, readonly Marker[]>;
  /** Since when this node knows that no other node has the key; left out where one has it, and where none ever had. */
  readonly vacantSinceMs: ReadonlyMap<number, number>;
}

export const NO_SLOTS: SlotView = { keys: new Map(), markers: new Map(), vacantSinceMs: new Map() };

/** One key of a slot, or its marker, as it was read. */
export type SlotFact =
  | { readonly type: 'key'; readonly index: number; readonly key: SlotKey }
  | { readonly type: 'key-gone'; readonly index: number }
  | { readonly type: 'marker'; readonly index: number; readonly marker: Marker }
  | { readonly type: 'marker-gone'; readonly index: number; readonly token: bigint };

/** The view with one more fact. @param owner this daemon @param nowMs when it was learned */
export function withFact(view: SlotView, fact: SlotFact, owner: string, nowMs: number): SlotView {
  switch (fact.type) {
    case 'key':
      return withKey(view, fact.index, fact.key, owner);
    case 'key-gone':
      return withoutKey(view, fact.index, owner, nowMs);
    case 'marker':
      return {
        ...withMarkers(view, fact.index, (markers) => [
          ...markers.filter(({ token }) => token !== fact.marker.token),
          fact.marker,
        ]),
        vacantSinceMs: sinceNow(view, fact.index, owner, nowMs),
      };
    case 'marker-gone':
      return withMarkers(view, fact.index, (markers) => markers.filter(({ token }) => token !== fact.token));
  }
}

/** A view that was read anew: slots that were vacant before may have been taken and released meanwhile. */
export function freshView(facts: readonly SlotFact[], owner: string, nowMs: number): SlotView {
  // Keys first: a marker whose slot has a key is not vacant.
  const ordered = [...facts].sort(
    (left, right) => Number(left.type !== 'key') - Number(right.type !== 'key'),
  );
  return ordered.reduce((view, fact) => withFact(view, fact, owner, nowMs), NO_SLOTS);
}

function withKey(view: SlotView, index: number, key: SlotKey, owner: string): SlotView {
  const vacantSinceMs = new Map(view.vacantSinceMs);
  if (key.owner !== owner) vacantSinceMs.delete(index);
  return { ...view, keys: new Map(view.keys).set(index, key), vacantSinceMs };
}

function withoutKey(view: SlotView, index: number, owner: string, nowMs: number): SlotView {
  const before = view.keys.get(index);
  const keys = new Map(view.keys);
  keys.delete(index);
  const vacantSinceMs = new Map(view.vacantSinceMs);
  if (before === undefined || before.owner !== owner) vacantSinceMs.set(index, nowMs);
  return { ...view, keys, vacantSinceMs };
}

function sinceNow(view: SlotView, index: number, owner: string, nowMs: number): ReadonlyMap<number, number> {
  const key = view.keys.get(index);
  if (view.vacantSinceMs.has(index) || (key !== undefined && key.owner !== owner)) return view.vacantSinceMs;
  return new Map(view.vacantSinceMs).set(index, nowMs);
}

function withMarkers(
  view: SlotView,
  index: number,
  change: (markers: readonly Marker[]) => readonly Marker[],
): SlotView {
  const markers = new Map(view.markers);
  const changed = change(markers.get(index) ?? []);
  if (changed.length === 0) markers.delete(index);
  else markers.set(index, changed);
  return { ...view, markers };
}

/** The nodes that have a key of the process, by index. */
export function holdersOf({ keys }: SlotView): readonly string[] {
  return [...keys].sort(([left], [right]) => left - right).map(([, { node }]) => node);
}
