/**
 * One node of a fleet: its lease, the known keys, and its slots. It makes decisions only: each event returns the
 * calls that the daemon is to make. It reads no clock, so that a test can run a thousand of them.
 *
 * @module
 */
import { newSlot, startLimit, stepSlot } from './slot.ts';
import type { LeaseTimes } from './times.ts';
import type { Lease, Pending, Slot, SlotContext, SlotEffect, SlotEvent } from './types.ts';
import { freshView, NO_SLOTS, type SlotFact, type SlotView, withFact } from './view.ts';

export interface MemberOptions {
  /** Of this daemon, see `Marker`. */
  readonly owner: string;
  readonly times: LeaseTimes;
  /** The lease of the daemon before this one, which its slots are bound to; null where there is none. */
  readonly lease: Lease | null;
  /** Why a process is to leave this node, or not to be started here; null where it may run here. */
  readonly leavesOf: (id: string) => string | null;
  /** How much longer than other nodes this one waits before it takes a slot of the process, in milliseconds. */
  readonly delayOf: (id: string) => number;
}

export type LeaseEffect =
  | { readonly type: 'grant' }
  | { readonly type: 'renew'; readonly lease: string }
  /** The keys have to be read, and watched from there. */
  | { readonly type: 'read' }
  /** The lease was granted or renewed: slots and guard go by it. */
  | { readonly type: 'confirmed'; readonly lease: Lease };

export type MemberEffect = SlotEffect | LeaseEffect;

/** Keys of slots, by the id of the process. */
export type Facts = ReadonlyMap<string, readonly SlotFact[]>;

export type MemberEvent =
  | { readonly type: 'due' }
  | { readonly type: 'granted' | 'renewed'; readonly lease: string; readonly sentAtMs: number }
  | { readonly type: 'lease-failed'; readonly lease: string | null; readonly isGone: boolean }
  | { readonly type: 'read'; readonly facts: Facts }
  | { readonly type: 'changed'; readonly facts: Facts }
  /** The keys are not known any more. @param knownUntilMs up to when they certainly were */
  | { readonly type: 'lost'; readonly knownUntilMs: number }
  | { readonly type: 'read-failed' }
  /** `leavesOf` and `delayOf` may return other values now. */
  | { readonly type: 'surroundings-changed' }
  | { readonly type: 'slot'; readonly id: string; readonly event: SlotEvent };

export interface MemberStep {
  readonly effects: readonly MemberEffect[];
  /** The time of the next `due`; infinity means never. */
  readonly dueMs: number;
}

export class Member {
  readonly #options: MemberOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #dueMs = new Map<string, number>();
  #views = new Map<string, SlotView>();
  #isKnown = false;
  #knownUntilMs: number;
  #isReading = false;
  #readAtMs = 0;
  #lease: Lease | null;
  #leaseCall: 'grant' | 'renew' | null = null;
  #leaseCallAtMs = 0;
  #effects: MemberEffect[] = [];

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#lease = options.lease;
    // An earlier daemon knew the keys when it renewed the lease.
    this.#knownUntilMs = options.lease?.confirmedMs ?? 0;
  }

  get lease(): Lease | null {
    return this.#lease;
  }

  /** Whether the keys are known. */
  get isConnected(): boolean {
    return this.#isKnown;
  }

  slotOf(id: string): Slot | undefined {
    return this.#slots.get(id);
  }

  get slots(): Iterable<Slot> {
    return this.#slots.values();
  }

  /** What is known of the slots of a process; where nothing is known, an empty view. */
  viewOf(id: string): SlotView {
    return this.#views.get(id) ?? NO_SLOTS;
  }

  /**
   * Adds a process, or changes how it is treated.
   *
   * @param left what the daemon before this one knew of it: its slot, and whether the process runs
   */
  add(fields: Parameters<typeof newSlot>[0], left: Pick<Slot, 'claim' | 'process'> | null = null): void {
    const known = this.#slots.get(fields.id);
    this.#slots.set(fields.id, { ...(known ?? newSlot(fields)), ...fields, ...left });
    this.#dueMs.set(fields.id, 0);
  }

  /** Forgets a process that has no slot. */
  drop(id: string): void {
    this.#slots.delete(id);
    this.#dueMs.delete(id);
  }

  /** The last moment at which the process may be started; null where it may not. */
  startLimitOf(id: string): number | null {
    const slot = this.#slots.get(id);
    if (slot === undefined) return null;
    return startLimit(slot, { times: this.#options.times, leaves: this.#options.leavesOf(id) });
  }

  handle(event: MemberEvent, nowMs: number): MemberStep {
    this.#effects = [];
    const touched = this.#take(event, nowMs);
    this.#followLease(nowMs);
    for (const [id, slotEvent] of touched) this.#step(id, slotEvent, nowMs);
    this.#lookAtDue(nowMs);
    return { effects: this.#effects, dueMs: this.#nextDueMs(nowMs) };
  }

  /** Returns the processes that the event concerns. */
  #take(event: MemberEvent, nowMs: number): Iterable<readonly [string, SlotEvent]> {
    const { times } = this.#options;
    switch (event.type) {
      case 'due':
        return [];
      case 'granted':
      case 'renewed': {
        this.#leaseCall = null;
        if (event.type === 'renewed' && this.#lease?.id !== event.lease) return [];
        const confirmedMs =
          event.type === 'granted' ? event.sentAtMs : Math.max(this.#lease?.confirmedMs ?? 0, event.sentAtMs);
        this.#lease = { id: event.lease, confirmedMs };
        this.#leaseCallAtMs = event.sentAtMs + times.renewMs;
        this.#effects.push({ type: 'confirmed', lease: this.#lease });
        return this.#all();
      }
      case 'lease-failed':
        this.#leaseCall = null;
        this.#leaseCallAtMs = nowMs + times.retryMs;
        if (!event.isGone || event.lease !== this.#lease?.id) return [];
        this.#lease = null;
        this.#leaseCallAtMs = nowMs;
        return this.#all();
      case 'read':
        this.#isReading = false;
        this.#isKnown = true;
        this.#knownUntilMs = Number.POSITIVE_INFINITY;
        this.#views = new Map(
          [...event.facts].map(([id, facts]) => [id, freshView(facts, this.#options.owner, nowMs)]),
        );
        return this.#all();
      case 'changed':
        return this.#changed(event.facts, nowMs);
      case 'lost':
        if (this.#isKnown) this.#knownUntilMs = event.knownUntilMs;
        this.#isKnown = false;
        this.#isReading = false;
        this.#readAtMs = nowMs;
        return this.#all();
      case 'read-failed':
        this.#isReading = false;
        this.#readAtMs = nowMs + times.retryMs;
        return [];
      case 'surroundings-changed':
        return this.#all();
      case 'slot':
        return [[event.id, event.event]];
    }
  }

  *#all(): Generator<readonly [string, SlotEvent]> {
    for (const id of [...this.#slots.keys()]) yield [id, LOOK];
  }

  #changed(facts: Facts, nowMs: number): (readonly [string, SlotEvent])[] {
    if (!this.#isKnown) return [];
    for (const [id, ofProcess] of facts) {
      const view = ofProcess.reduce(
        (known, fact) => withFact(known, fact, this.#options.owner, nowMs),
        this.viewOf(id),
      );
      this.#views.set(id, view);
      if (view.keys.size + view.markers.size === 0) this.#views.delete(id);
    }
    return [...facts.keys()].map((id) => [id, LOOK] as const);
  }

  #followLease(nowMs: number): void {
    const { times } = this.#options;
    if (this.#lease !== null && nowMs >= this.#lease.confirmedMs + times.leaseMs) this.#lease = null;
    if (this.#leaseCall === null && nowMs >= this.#leaseCallAtMs) {
      this.#leaseCall = this.#lease === null ? 'grant' : 'renew';
      this.#effects.push(this.#lease === null ? { type: 'grant' } : { type: 'renew', lease: this.#lease.id });
    }
    if (!this.#isKnown && !this.#isReading && nowMs >= this.#readAtMs) {
      this.#isReading = true;
      this.#effects.push({ type: 'read' });
    }
  }

  #lookAtDue(nowMs: number): void {
    for (const [id, dueMs] of this.#dueMs) {
      if (dueMs <= nowMs) this.#step(id, LOOK, nowMs);
    }
  }

  #step(id: string, event: SlotEvent, nowMs: number): void {
    let next: SlotEvent = event;
    // A step that changes the state without a call is followed by another one at once; a few steps are enough.
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const slot = this.#slots.get(id);
      if (slot === undefined) return;
      const { slot: after, effects, dueMs } = stepSlot(slot, next, this.#contextOf(id, nowMs));
      this.#slots.set(id, after);
      this.#effects.push(...effects);
      this.#dueMs.set(id, dueMs);
      if (dueMs > nowMs) return;
      next = LOOK;
    }
  }

  #contextOf(id: string, nowMs: number): SlotContext {
    const { owner, times, leavesOf, delayOf } = this.#options;
    return {
      nowMs,
      times,
      owner,
      lease: this.#lease,
      view: this.#isKnown ? this.viewOf(id) : null,
      knownUntilMs: this.#knownUntilMs,
      leaves: leavesOf(id),
      get delayMs() {
        return delayOf(id);
      },
    };
  }

  #nextDueMs(nowMs: number): number {
    let dueMs = this.#leaseCall === null ? this.#leaseCallAtMs : Number.POSITIVE_INFINITY;
    if (this.#lease !== null) dueMs = Math.min(dueMs, this.#lease.confirmedMs + this.#options.times.leaseMs);
    if (!this.#isKnown && !this.#isReading) dueMs = Math.min(dueMs, this.#readAtMs);
    for (const slotDueMs of this.#dueMs.values()) dueMs = Math.min(dueMs, slotDueMs);
    return Math.max(dueMs, nowMs);
  }
}

const LOOK: SlotEvent = { type: 'look' };
const MOST_ROUNDS = 4;

export type { Pending };
