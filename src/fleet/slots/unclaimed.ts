/**
 * The next step of a node that has no slot: it takes one that is free, and marks it as its own.
 *
 * @module
 */
import { call, type SlotDraft, stop, wakeAt } from './slot-draft.ts';
import type { Lease } from './types.ts';
import type { SlotKey, SlotView } from './view.ts';

export function decideWithoutClaim(draft: SlotDraft): void {
  const { slot, context } = draft;
  const { view, lease, owner, nowMs } = context;
  if (slot.process !== 'down') {
    // It runs without a slot: an earlier daemon has left it, and what it knew of the slot is lost.
    stop(draft, 'its slot is not known');
    draft.effects.push({ type: 'kill', id: slot.id });
    wakeAt(draft, nowMs + context.times.retryMs);
    return;
  }
  if (view === null || lease === null) {
    draft.slot = { ...slot, takeableSinceMs: null };
    return;
  }
  const own = [...view.keys].find(([, key]) => key.owner === owner);
  if (own !== undefined) {
    settleOwnKey(draft, own[0], own[1], lease);
    return;
  }
  if (!slot.wants || context.leaves !== null) {
    draft.slot = { ...slot, takeableSinceMs: null };
    return;
  }
  takeFreeSlot(draft, view, lease);
}

/** This node has created the key, and has not started the process. */
function settleOwnKey(draft: SlotDraft, index: number, key: SlotKey, lease: Lease): void {
  const { slot, context } = draft;
  const { id } = slot;
  if (key.lease !== lease.id || !slot.wants || context.leaves !== null) {
    call(draft, { type: 'give-back', id, index, revision: key.revision });
    return;
  }
  const vacantAtMs = vacantFrom(draft, index, key.revision);
  if (vacantAtMs > context.nowMs) {
    wakeAt(draft, vacantAtMs);
    return;
  }
  const isMarked = (context.view?.markers.get(index) ?? []).some(
    ({ token, owner }) => token === key.revision && owner === context.owner,
  );
  if (!isMarked) {
    call(draft, { type: 'mark', id, index, token: key.revision });
    return;
  }
  const confirmedMs = Math.min(lease.confirmedMs, context.knownUntilMs);
  draft.slot = {
    ...slot,
    takeableSinceMs: null,
    claim: { index, token: key.revision, lease: lease.id, confirmedMs, isReleasing: false },
  };
  wakeAt(draft, context.nowMs);
}

function takeFreeSlot(draft: SlotDraft, view: SlotView, lease: Lease): void {
  const { slot, context } = draft;
  const { nowMs, delayMs } = context;
  let earliestMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < slot.count; index += 1) {
    if (view.keys.has(index)) continue;
    const vacantAtMs = vacantFrom(draft, index, null);
    if (vacantAtMs > nowMs) {
      earliestMs = Math.min(earliestMs, vacantAtMs);
      continue;
    }
    const sinceMs = slot.takeableSinceMs ?? nowMs;
    draft.slot = { ...slot, takeableSinceMs: sinceMs };
    if (nowMs < sinceMs + delayMs) wakeAt(draft, sinceMs + delayMs);
    else call(draft, { type: 'take', id: slot.id, index, lease: lease.id });
    return;
  }
  draft.slot = { ...slot, takeableSinceMs: null };
  wakeAt(draft, earliestMs);
}

/**
 * From when on no process of an earlier holder can be running.
 *
 * @param own revision of this node's key, whose marker does not count
 */
function vacantFrom({ context }: SlotDraft, index: number, own: bigint | null): number {
  const { view, nowMs } = context;
  const sinceMs = view?.vacantSinceMs.get(index) ?? nowMs;
  return (view?.markers.get(index) ?? [])
    .filter(({ token }) => token !== own)
    .reduce((latestMs, { takeoverMs }) => Math.max(latestMs, sinceMs + takeoverMs), 0);
}
