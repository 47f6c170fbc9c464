/**
 * The last events of one kind.
 *
 * @module
 */
import type { EventRecord } from './event-record.ts';

/** The most events that are kept, of each kind. */
export const MAX_EVENTS = 1000;
/** The most bytes that they may take; the newest event is kept whatever its size. */
export const MAX_BYTES = 1 << 20;

export class EventRing {
  /** From `#start` on, by id. */
  #records: EventRecord[] = [];
  #start = 0;
  #bytes = 0;

  /** Adds an event, and returns those that are not kept any more. */
  add(record: EventRecord): EventRecord[] {
    this.#records.push(record);
    this.#bytes += record.message.length;
    const dropped: EventRecord[] = [];
    while (this.#size > 1 && (this.#size > MAX_EVENTS || this.#bytes > MAX_BYTES)) {
      const oldest = this.#records[this.#start];
      if (oldest === undefined) break;
      dropped.push(oldest);
      this.#bytes -= oldest.message.length;
      this.#start += 1;
    }
    if (this.#start >= MAX_EVENTS) {
      this.#records = this.#records.slice(this.#start);
      this.#start = 0;
    }
    return dropped;
  }

  /** The first event behind an id that fulfils a condition; null where there is none. */
  after(id: number, isWanted: (record: EventRecord) => boolean): EventRecord | null {
    for (let at = this.#firstAfter(id); at < this.#records.length; at += 1) {
      const record = this.#records[at];
      if (record !== undefined && isWanted(record)) return record;
    }
    return null;
  }

  get #size(): number {
    return this.#records.length - this.#start;
  }

  #firstAfter(id: number): number {
    let low = this.#start;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.id ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
