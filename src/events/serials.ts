/**
 * The numbers of events: one for each event that any pool takes, the same in all pools.
 *
 * @module
 */
import type { SupervisorEvent } from './event.ts';

/** Counts from 0. */
export type EventSerial = number;

/** The next numbers, of all pools together and of each pool. */
export interface SerialsSnapshot {
  readonly next: EventSerial;
  readonly pools: Readonly<Record<string, EventSerial>>;
}

export class SerialNumbers {
  readonly #numbers = new WeakMap<SupervisorEvent, EventSerial>();
  /** What the next event gets. */
  next: EventSerial = 0;

  /** The event's number; it gets one at the first call. */
  of(event: SupervisorEvent): EventSerial {
    let serial = this.#numbers.get(event);
    if (serial === undefined) {
      serial = this.next;
      this.next += 1;
      this.#numbers.set(event, serial);
    }
    return serial;
  }
}
