/**
 * A pool of event listeners: events wait in its buffer until one of its processes is ready for them.
 *
 * @module
 */
import type { EventType } from '../config/tables/event-types.ts';
import type { SupervisorEvent } from './event.ts';
import { EventBuffer, type EventBufferOptions } from './event-buffer.ts';
import { type ListenerProcess, type ListenerReport, PoolListener } from './pool-listener.ts';
import type { BufferedEvent, ListenerSnapshot, PoolSnapshot } from './pool-snapshot.ts';
import type { ResultHandler } from './result-handler.ts';
import type { EventSerial, SerialNumbers } from './serials.ts';

export interface PoolOptions extends EventBufferOptions {
  /** Its processes in the order in which they are offered events. */
  readonly processNames: readonly string[];
  readonly identifier: string;
  readonly resultHandler: ResultHandler;
  readonly serials: SerialNumbers;
  /** Number of its first event in the pool's own count. */
  readonly firstSerial: EventSerial;
}

/** The state of a pool, as `visord.getEventListeners` reports it. */
export interface PoolReport {
  readonly name: string;
  readonly events: readonly EventType[];
  /** Events that wait in the buffer. */
  readonly buffered: number;
  readonly bufferSize: number;
  /** Events that the buffer had no room for, since the daemon has the pool. */
  readonly discarded: number;
  /** Of the processes that run, by name. */
  readonly listeners: ReadonlyMap<string, ListenerReport>;
}

export class EventPool {
  readonly #options: PoolOptions;
  readonly #buffer: EventBuffer;
  /** In the order in which they are offered events. */
  #listeners = new Map<ListenerProcess, PoolListener>();
  #nextPoolSerial: EventSerial;
  #processNames: PoolOptions['processNames'];

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#processNames = options.processNames;
    this.#nextPoolSerial = options.firstSerial;
    this.#buffer = new EventBuffer(options);
  }

  /** Number of the next event in the pool's own count. */
  get nextSerial(): EventSerial {
    return this.#nextPoolSerial;
  }

  /** Takes an event that the pool subscribed to; sends it now if a listener is ready. */
  accept(event: SupervisorEvent): void {
    const poolSerial = this.#nextPoolSerial;
    this.#nextPoolSerial += 1;
    const serial = this.#options.serials.of(event);
    this.#buffer.add({ event, serial, poolSerial });
    this.dispatch();
  }

  /** No result waits for its verdict. */
  get isQuiet(): boolean {
    return [...this.#listeners.values()].every(({ judged }) => judged === null);
  }

  /** For a later daemon. An event whose result waits for its verdict is to be sent again. */
  get snapshot(): PoolSnapshot {
    const listeners = [...this.#listeners.values()];
    const judged = listeners.flatMap((listener) => listener.judged ?? []);
    const standing = listeners.map(({ process, snapshot }) => [process.config.name, snapshot] as const);
    return { buffer: [...judged, ...this.#buffer.events], listeners: Object.fromEntries(standing) };
  }

  report(): Omit<PoolReport, 'events'> {
    const { name, bufferSize } = this.#options;
    const { events, discarded } = this.#buffer;
    const listeners = [...this.#listeners.values()].map(
      ({ process, report }) => [process.config.name, report] as const,
    );
    return { name, bufferSize, buffered: events.length, discarded, listeners: new Map(listeners) };
  }

  /** The pool has other processes from now on. */
  setProcessNames(names: PoolOptions['processNames']): void {
    this.#processNames = names;
    this.#sort();
  }

  /**
   * A run of a listener begins; what an earlier one wrote or handled is over.
   *
   * @param snapshot of an earlier daemon; call `resume` when the listener can be written to
   */
  begin(process: ListenerProcess, snapshot?: ListenerSnapshot): void {
    this.#listeners.set(process, this.#newListener(process, snapshot));
    this.#sort();
  }

  #newListener(process: ListenerProcess, snapshot?: ListenerSnapshot): PoolListener {
    const { log, resultHandler } = this.#options;
    return new PoolListener(
      {
        log,
        resultHandler,
        putBack: (event) => this.#buffer.putBack(event),
        dispatch: () => this.dispatch(),
        has: (listener) => this.#listeners.get(process) === listener,
      },
      process,
      snapshot,
    );
  }

  #sort(): void {
    const placeOf = ([{ config }]: readonly [ListenerProcess, PoolListener]) =>
      this.#processNames.indexOf(config.name);
    this.#listeners = new Map([...this.#listeners].sort((a, b) => placeOf(a) - placeOf(b)));
  }

  /** Takes what the listener had written to an earlier daemon, and sends what waits. */
  resume(process: ListenerProcess): void {
    this.#listeners.get(process)?.receive();
  }

  /** Whether the listener waits for an event. */
  isReady(process: ListenerProcess): boolean {
    return this.#listeners.get(process)?.isReady === true;
  }

  /** A run of a listener is over; an event that it handled goes back to the head of the buffer. */
  end(process: ListenerProcess): void {
    const listener = this.#listeners.get(process);
    this.#listeners.delete(process);
    if (listener?.event) {
      this.#buffer.putBack(listener.event);
      this.dispatch();
    }
  }

  /** Takes what a listener writes to its stdout, in the run that began last; the output of earlier runs is ignored. */
  protocolListenerOf(process: ListenerProcess): (bytes: Buffer) => void {
    const listener = this.#listeners.get(process);
    return (bytes) => {
      if (listener !== undefined && this.#listeners.get(process) === listener) {
        listener.receive(bytes);
      }
    };
  }

  /** Sends waiting events to ready listeners, the oldest first. */
  dispatch(): void {
    for (let { first } = this.#buffer; first !== undefined && this.#send(first); { first } = this.#buffer) {
      this.#buffer.removeFirst();
    }
  }

  /** Sends an event to the first listener that can take it. Returns false where none can. */
  #send(buffered: BufferedEvent): boolean {
    for (const listener of this.#listeners.values()) {
      if (listener.isReady && listener.send(buffered, this.#options)) return true;
    }
    return false;
  }
}
