/**
 * The next step of a node for one process with `run_on`: a pure function of the known slots, the lease and the
 * time. It reads no clock and calls nothing; `member.ts` keeps the states, and the daemon runs the effects.
 *
 * @module
 */
import { decideWithClaim } from './claimed.ts';
import type { SlotDraft } from './slot-draft.ts';
import { stopMs } from './times.ts';
import type { Slot, SlotContext, SlotEvent, SlotStep } from './types.ts';
import { decideWithoutClaim } from './unclaimed.ts';

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
  const draft: SlotDraft = { slot, effects: [], dueMs: Number.POSITIVE_INFINITY, context };
  if (slot.claim === null) decideWithoutClaim(draft);
  else decideWithClaim(draft, slot.claim);
  return { slot: draft.slot, effects: draft.effects, dueMs: draft.dueMs };
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
