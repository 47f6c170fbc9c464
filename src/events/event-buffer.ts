/**
 * The events of a pool that wait for a listener. A buffer that is full discards its oldest event.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import type { BufferedEvent } from './pool-snapshot.ts';

export interface EventBufferOptions {
  /** Of the pool. */
  readonly name: string;
  /** How many events may wait; at least 1. */
  readonly bufferSize: number;
  /** Events that waited in the pool of an earlier daemon, the oldest first. */
  readonly buffer?: readonly BufferedEvent[];
  readonly log: MainLog;
}

export class EventBuffer {
  readonly #options: EventBufferOptions;
  readonly #events: BufferedEvent[] = [];
  #discarded = 0;

  constructor(options: EventBufferOptions) {
    this.#options = options;
    for (const buffered of options.buffer ?? []) {
      this.add(buffered);
    }
  }

  /** The oldest first. */
  get events(): readonly BufferedEvent[] {
    return this.#events;
  }

  get first(): BufferedEvent | undefined {
    return this.#events[0];
  }

  /** Number of events that the buffer had no room for, since the daemon has the pool. */
  get discarded(): number {
    return this.#discarded;
  }

  add(buffered: BufferedEvent): void {
    this.#makeRoom();
    this.#events.push(buffered);
  }

  removeFirst(): void {
    this.#events.shift();
  }

  /** An event that a listener has not processed is the first one again. */
  putBack(buffered: BufferedEvent): void {
    const { log, name, bufferSize } = this.#options;
    log.debug(
      `rebuffering event ${buffered.serial} for pool ${name} (buf size=${this.#events.length}, max=${bufferSize})`,
    );
    this.#makeRoom();
    this.#events.unshift(buffered);
  }

  #makeRoom(): void {
    const { log, name, bufferSize } = this.#options;
    if (this.#events.length < bufferSize) {
      return;
    }
    const discarded = this.#events.shift();
    this.#discarded += 1;
    log.error(`pool ${name} event buffer overflowed, discarding event ${discarded?.serial}`);
  }
}
