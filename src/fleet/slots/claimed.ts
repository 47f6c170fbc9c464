/**
 * The next step of a node that has a slot: the process runs under it, may be started, or has ended and the slot is given
 * back.
 *
 * @module
 */
import { call, type SlotDraft, stop, wakeAt } from './slot-draft.ts';
import { stopMs } from './times.ts';
import type { Claim } from './types.ts';
import type { SlotKey } from './view.ts';

export function decideWithClaim(draft: SlotDraft, claim: Claim): void {
  const { slot, context } = draft;
  const { nowMs, times, view, lease, leaves } = context;
  const key = view?.keys.get(claim.index);
  const isTaken = key !== undefined && key.owner !== context.owner;
  const stopAtMs = claim.confirmedMs + stopMs(times, slot.stopWaitSeconds);
  const keeps = slot.keepsOnPartition && slot.process !== 'down' && !isTaken;
  const isOver = nowMs >= stopAtMs && !keeps;
  if (slot.process !== 'down') endInTime(draft, { claim, stopAtMs, isTaken, keeps });
  else if (claim.isReleasing || leaves !== null || !slot.wants || isTaken || isOver) {
    release(draft, claim, key);
    return;
  } else {
    draft.effects.push({ type: 'granted', id: slot.id, token: claim.token });
    wakeAt(draft, stopAtMs);
  }
  if (view === null || lease === null || isTaken || isOver) return;
  if (key === undefined && leaves === null) {
    call(draft, { type: 'take', id: slot.id, index: claim.index, lease: lease.id });
  } else if (key !== undefined && key.lease !== lease.id) {
    // Of the lease before this one: it is removed with that, or now, and created again.
    call(draft, { type: 'give-back', id: slot.id, index: claim.index, revision: key.revision });
  } else {
    clean(draft, claim);
  }
}

/** The process is stopped, and killed, before another node can take its slot over. */
function endInTime(
  draft: SlotDraft,
  {
    claim,
    stopAtMs,
    isTaken,
    keeps,
  }: { readonly claim: Claim; readonly stopAtMs: number; readonly isTaken: boolean; readonly keeps: boolean },
): void {
  const {
    slot: { id },
    context: { nowMs, times, leaves },
  } = draft;
  const killAtMs = claim.confirmedMs + times.killMs;
  if (isTaken || (nowMs >= killAtMs && !keeps)) {
    stop(draft, isTaken ? 'another node has taken its slot' : NO_CONTACT);
    draft.effects.push({ type: 'kill', id });
    wakeAt(draft, nowMs + times.retryMs);
    return;
  }
  if (leaves !== null) stop(draft, leaves);
  if (keeps) return;
  if (nowMs >= stopAtMs) stop(draft, NO_CONTACT);
  wakeAt(draft, nowMs < stopAtMs ? stopAtMs : killAtMs);
}

const NO_CONTACT = 'its slot is not confirmed by the store';

/**
 * The process has ended. The marker is removed first, then the key: another node takes the slot when it sees
 * neither.
 */
function release(draft: SlotDraft, claim: Claim, key: SlotKey | undefined): void {
  const { slot, context } = draft;
  const { view, owner } = context;
  draft.slot = { ...slot, claim: { ...claim, isReleasing: true } };
  if (view === null) return;
  const isMarked = (view.markers.get(claim.index) ?? []).some(({ token }) => token === claim.token);
  if (isMarked) {
    call(draft, { type: 'unmark', id: slot.id, index: claim.index, token: claim.token });
  } else if (key !== undefined && key.owner === owner) {
    call(draft, { type: 'give-back', id: slot.id, index: claim.index, revision: key.revision });
  } else {
    draft.slot = { ...draft.slot, claim: null, takeableSinceMs: null };
    wakeAt(draft, context.nowMs);
  }
}

/** A second key, which a request that was late has created, and markers that earlier holders could not remove. */
function clean(draft: SlotDraft, claim: Claim): void {
  const { slot, context } = draft;
  for (const [index, { owner, revision }] of context.view?.keys ?? []) {
    if (owner !== context.owner || index === claim.index) continue;
    call(draft, { type: 'give-back', id: slot.id, index, revision });
    return;
  }
  const old = (context.view?.markers.get(claim.index) ?? []).find(({ token }) => token !== claim.token);
  if (old !== undefined) {
    call(draft, { type: 'clean', id: slot.id, index: claim.index, token: old.token });
  }
}
