/**
 * The step of a slot while it is decided: the new slot, the effects so far, and when to look again.
 *
 * @module
 */
import type { Pending, Slot, SlotContext, SlotEffect } from './types.ts';

export interface SlotDraft {
  slot: Slot;
  readonly effects: SlotEffect[];
  dueMs: number;
  readonly context: SlotContext;
}

/** Stops a process for the fleet, once. */
export function stop(draft: SlotDraft, reason: string): void {
  if (draft.slot.process !== 'up') return;
  draft.slot = { ...draft.slot, process: 'stopping' };
  draft.effects.push({ type: 'stop', id: draft.slot.id, reason });
}

/** Begins a call of the store, one at a time. */
export function call(draft: SlotDraft, effect: Extract<SlotEffect, { readonly type: Pending }>): void {
  const { slot, context } = draft;
  if (slot.pending !== null) return;
  if (context.nowMs < slot.retryAtMs) {
    wakeAt(draft, slot.retryAtMs);
    return;
  }
  draft.slot = { ...slot, pending: effect.type };
  draft.effects.push(effect);
}

/** Looks again at this moment at the latest. */
export function wakeAt(draft: SlotDraft, atMs: number): void {
  draft.dueMs = Math.min(draft.dueMs, atMs);
}
