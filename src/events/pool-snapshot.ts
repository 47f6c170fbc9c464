/**
 * The state of a pool of event listeners in an upgrade in place, so that no event is lost or sent to a listener
 * that does not expect one.
 *
 * @module
 */
import type { SupervisorEvent } from './event.ts';
import type { EventSerial } from './serials.ts';

export const LISTENER_STATES = ['ACKNOWLEDGED', 'READY', 'BUSY', 'UNKNOWN'] as const;

export type ListenerState = (typeof LISTENER_STATES)[number];

/** An event that a pool has taken, and that no listener has answered yet. */
export interface BufferedEvent {
  readonly event: SupervisorEvent;
  readonly serial: EventSerial;
  readonly poolSerial: EventSerial;
}

export interface ProtocolSnapshot {
  readonly state: ListenerState;
  /** The incomplete last line, or result, of the listener. */
  readonly held: Buffer;
  /** Length of the result that is being read, in bytes; null before its line is read. */
  readonly resultBytes: number | null;
}

export interface ListenerSnapshot {
  readonly protocol: ProtocolSnapshot;
  /** The event that it is handling. */
  readonly event: BufferedEvent | null;
}

export interface PoolSnapshot {
  /** The oldest first. */
  readonly buffer: readonly BufferedEvent[];
  /** By process name. */
  readonly listeners: Readonly<Record<string, ListenerSnapshot>>;
}

/** A listener that waits for an event. */
export const READY_LISTENER: ListenerSnapshot = {
  protocol: { state: 'READY', held: Buffer.alloc(0), resultBytes: null },
  event: null,
};
