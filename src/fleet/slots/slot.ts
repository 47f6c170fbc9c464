/**
 * The next step of a node for one process with `run_on`: a pure function of the known slots, the lease and the
 * time. It reads no clock and calls nothing; `member.ts` keeps the states, and the daemon runs the effects.
 *
 * @module
 */
import { type LeaseTimes, stopMs } from './times.ts';
import type { SlotKey, SlotView } from './view.ts';

/** The slot under which the process of this node runs, or may be started. */
export interface Claim {
  readonly index: number;
  /** Revision of the slot's key when it was taken: the fencing token. */
  readonly token: bigint;
  /** The lease that the key is bound to now; null while the key is gone, and is to be created again. */
  readonly lease: string | null;
  /** When the renewal was sent that confirmed the slot last. */
  readonly confirmedMs: number;
  /** The process has ended, and the slot is being given back: the process is not started under it any more. */
  readonly isReleasing: boolean;
}

/** A call of the store that is under way. */
export type Pending = 'take' | 'mark' | 'unmark' | 'give-back' | 'clean';

export interface Slot {
  /** `group:process` */
  readonly id: string;
  /** `run_on`: on how many nodes the process runs. */
  readonly count: number;
  readonly stopWaitSeconds: number;
  /** `on_partition=keep` */
  readonly keepsOnPartition: boolean;
  /** The process is to run here where a slot is free. */
  readonly wants: boolean;
  /** Up from before its spawn until it has certainly ended; stopping: it was asked to stop for the fleet. */
  readonly process: 'down' | 'up' | 'stopping';
  readonly claim: Claim | null;
  readonly pending: Pending | null;
  /** Before this moment no call of the store is begun. */
  readonly retryAtMs: number;
  /** Since when this node could take a slot; null where it cannot. */
  readonly takeableSinceMs: number | null;
}

export interface Lease {
  readonly id: string;
  /** When the grant or the renewal was sent that was answered last. */
  readonly confirmedMs: number;
}

export interface SlotContext {
  readonly nowMs: number;
  readonly times: LeaseTimes;
  /** Of this daemon, see `Marker`. */
  readonly owner: string;
  /** Null where this node has none. */
  readonly lease: Lease | null;
  /** Null while it is not known: the keys have to be read again. */
  readonly view: SlotView | null;
  /** Up to when the keys were known; infinite while they are. A lease that is renewed later confirms nothing more. */
  readonly knownUntilMs: number;
  /** Why the process is to leave this node, and not to be started here; null where it may run here. */
  readonly leaves: string | null;
  /** How much longer than others this node waits before it takes a slot. */
  readonly delayMs: number;
}

export type SlotEffect =
  | { readonly type: 'take'; readonly id: string; readonly index: number; readonly lease: string }
  | { readonly type: 'mark'; readonly id: string; readonly index: number; readonly token: bigint }
  | {
      readonly type: 'unmark' | 'clean';
      readonly id: string;
      readonly index: number;
      readonly token: bigint;
    }
  | { readonly type: 'give-back'; readonly id: string; readonly index: number; readonly revision: bigint }
  /** The process may be started now, until the moment that `startLimit` returns. */
  | { readonly type: 'granted'; readonly id: string; readonly token: bigint }
  | { readonly type: 'stop'; readonly id: string; readonly reason: string }
  /** SIGKILL for the process and all that belongs to it, at once. */
  | { readonly type: 'kill'; readonly id: string };

export interface SlotStep {
  readonly slot: Slot;
  readonly effects: readonly SlotEffect[];
  /** When to look again, where nothing happens before; infinite is never. */
  readonly dueMs: number;
}

export type SlotEvent =
  | { readonly type: 'look' }
  | { readonly type: 'wants'; readonly wants: boolean }
  | { readonly type: 'process'; readonly isUp: boolean }
  /** A call of the store has ended; `false` where it has failed, or has changed nothing. */
  | { readonly type: 'answered'; readonly call: Pending; readonly hasChanged: boolean };

/** A process that waits for its turn. */
export function newSlot(fields: Pick<Slot, 'id' | 'count' | 'stopWaitSeconds' | 'keepsOnPartition'>): Slot {
  return {
    ...fields,
    wants: false,
    process: 'down',
    claim: null,
    pending: null,
    retryAtMs: 0,
    takeableSinceMs: null,
  };
}

/** The last moment at which the process may be started; null where it may not. */
export function startLimit(slot: Slot, context: Pick<SlotContext, 'times' | 'leaves'>): number | null {
  const { claim } = slot;
  if (claim === null || claim.lease === null || claim.isReleasing || context.leaves !== null) return null;
  return claim.confirmedMs + stopMs(context.times, slot.stopWaitSeconds);
}

export function stepSlot(before: Slot, event: SlotEvent, context: SlotContext): SlotStep {
  const slot = confirmed(withEvent(before, event, context), context);
  const draft: Draft = { slot, effects: [], dueMs: Number.POSITIVE_INFINITY, context };
  if (slot.claim === null) decideWithoutClaim(draft);
  else decideWithClaim(draft, slot.claim);
  return { slot: draft.slot, effects: draft.effects, dueMs: draft.dueMs };
}

interface Draft {
  slot: Slot;
  readonly effects: SlotEffect[];
  dueMs: number;
  readonly context: SlotContext;
}

function withEvent(slot: Slot, event: SlotEvent, { nowMs, times }: SlotContext): Slot {
  switch (event.type) {
    case 'look':
      return slot;
    case 'wants':
      return { ...slot, wants: event.wants };
    case 'process':
      if (!event.isUp) return { ...slot, process: 'down' };
      return slot.process === 'down' ? { ...slot, process: 'up' } : slot;
    case 'answered':
      if (slot.pending !== event.call) return slot;
      // Also after a success: the keys are seen changed a little later.
      return { ...slot, pending: null, retryAtMs: nowMs + times.retryMs };
  }
}

/** The key is bound to the lease of this node: each renewal confirms the slot. */
function confirmed(slot: Slot, { lease, view, knownUntilMs, owner }: SlotContext): Slot {
  const { claim } = slot;
  if (claim === null) return slot;
  const key = view?.keys.get(claim.index);
  const bound = view === null ? claim.lease : key !== undefined && key.owner === owner ? key.lease : null;
  const isBound = lease !== null && bound === lease.id;
  if (!isBound) return claim.lease === null ? slot : { ...slot, claim: { ...claim, lease: null } };
  const confirmedMs = Math.max(claim.confirmedMs, Math.min(lease.confirmedMs, knownUntilMs));
  return { ...slot, claim: { ...claim, lease: lease.id, confirmedMs } };
}

function decideWithClaim(draft: Draft, claim: Claim): void {
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
  draft: Draft,
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

function stop(draft: Draft, reason: string): void {
  if (draft.slot.process !== 'up') return;
  draft.slot = { ...draft.slot, process: 'stopping' };
  draft.effects.push({ type: 'stop', id: draft.slot.id, reason });
}

/**
 * The process has ended. The marker is removed first, then the key: another node takes the slot when it sees
 * neither.
 */
function release(draft: Draft, claim: Claim, key: SlotKey | undefined): void {
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
function clean(draft: Draft, claim: Claim): void {
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

function decideWithoutClaim(draft: Draft): void {
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
function settleOwnKey(draft: Draft, index: number, key: SlotKey, lease: Lease): void {
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

function takeFreeSlot(draft: Draft, view: SlotView, lease: Lease): void {
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
function vacantFrom({ context }: Draft, index: number, own: bigint | null): number {
  const { view, nowMs } = context;
  const sinceMs = view?.vacantSinceMs.get(index) ?? nowMs;
  return (view?.markers.get(index) ?? [])
    .filter(({ token }) => token !== own)
    .reduce((latestMs, { takeoverMs }) => Math.max(latestMs, sinceMs + takeoverMs), 0);
}

/** Begins a call of the store, one at a time. */
function call(draft: Draft, effect: Extract<SlotEffect, { readonly type: Pending }>): void {
  const { slot, context } = draft;
  if (slot.pending !== null) return;
  if (context.nowMs < slot.retryAtMs) {
    wakeAt(draft, slot.retryAtMs);
    return;
  }
  draft.slot = { ...slot, pending: effect.type };
  draft.effects.push(effect);
}

function wakeAt(draft: Draft, atMs: number): void {
  draft.dueMs = Math.min(draft.dueMs, atMs);
}
