/**
 * The slot of one process on this node: its state, what it depends on, its events and effects.
 *
 * @module
 */
import type { LeaseTimes } from './times.ts';
import type { SlotView } from './view.ts';

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
