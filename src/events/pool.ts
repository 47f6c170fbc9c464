/**
 * A pool of event listeners: events wait in its buffer until one of its processes is ready for them.
 *
 * @module
 */

import type { EventType } from '../config/tables/event-types.ts';
import type { MainLog } from '../logs/main-log.ts';
import { StdinClosedError } from '../process/channels/input-channel.ts';
import type { StateName } from '../process/machine/states.ts';
import { pythonBytesRepr } from '../python/bytes-repr.ts';
import type { SupervisorEvent } from './event.ts';
import { ListenerProtocol } from './listener-protocol.ts';
import type { BufferedEvent, ListenerSnapshot, ListenerState, PoolSnapshot } from './pool-snapshot.ts';
import { type ResultHandler, ResultRejected } from './result-handler.ts';
import type { EventSerial, SerialNumbers } from './serials.ts';

/** A process as its pool sees it. */
export interface ListenerProcess {
  readonly config: { readonly name: string };
  readonly state: StateName;
  /** @throws StdinClosedError */
  writeStdin(bytes: Buffer): void;
}

export interface PoolOptions {
  readonly name: string;
  /** Its processes in the order in which they are offered events. */
  readonly processNames: readonly string[];
  /** How many events may wait; at least 1. */
  readonly bufferSize: number;
  readonly identifier: string;
  readonly resultHandler: ResultHandler;
  readonly serials: SerialNumbers;
  /** Number of its first event in the pool's own count. */
  readonly firstSerial: EventSerial;
  /** What waits in the pool of an earlier daemon, the oldest first. */
  readonly buffer?: readonly BufferedEvent[];
  readonly log: MainLog;
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

export interface ListenerReport {
  readonly state: ListenerState;
  /** The event that it is handling. */
  readonly event: BufferedEvent | null;
}

interface Listener {
  readonly process: ListenerProcess;
  readonly protocol: ListenerProtocol;
  /** The event that it is handling. */
  event: BufferedEvent | null;
  /** The event whose result waits for its verdict. */
  judged: BufferedEvent | null;
}

export class EventPool {
  readonly #options: PoolOptions;
  /** In the order in which they are offered events. */
  #listeners = new Map<ListenerProcess, Listener>();
  #buffer: BufferedEvent[] = [];
  #discarded = 0;
  #nextPoolSerial: EventSerial;
  #processNames: PoolOptions['processNames'];

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#processNames = options.processNames;
    this.#nextPoolSerial = options.firstSerial;
    for (const buffered of options.buffer ?? []) {
      this.#makeRoom();
      this.#buffer.push(buffered);
    }
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
    this.#makeRoom();
    this.#buffer.push({ event, serial, poolSerial });
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
    const standing = listeners.map(({ process, protocol, event }): [string, ListenerSnapshot] => [
      process.config.name,
      { protocol: protocol.snapshot, event },
    ]);
    return { buffer: [...judged, ...this.#buffer], listeners: Object.fromEntries(standing) };
  }

  report(): Omit<PoolReport, 'events'> {
    const { name, bufferSize } = this.#options;
    const listeners = [...this.#listeners.values()].map(
      ({ process, protocol, event, judged }): [string, ListenerReport] => [
        process.config.name,
        { state: protocol.state, event: event ?? judged },
      ],
    );
    return {
      name,
      bufferSize,
      buffered: this.#buffer.length,
      discarded: this.#discarded,
      listeners: new Map(listeners),
    };
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
    const protocol = new ListenerProtocol(snapshot?.protocol);
    this.#listeners.set(process, { process, protocol, event: snapshot?.event ?? null, judged: null });
    this.#sort();
  }

  #sort(): void {
    const placeOf = ([{ config }]: readonly [ListenerProcess, Listener]) =>
      this.#processNames.indexOf(config.name);
    this.#listeners = new Map([...this.#listeners].sort((a, b) => placeOf(a) - placeOf(b)));
  }

  /** Takes what the listener had written to an earlier daemon, and sends what waits. */
  resume(process: ListenerProcess): void {
    const listener = this.#listeners.get(process);
    if (listener !== undefined) {
      this.#receive(listener, Buffer.alloc(0));
    }
  }

  /** Whether the listener waits for an event. */
  isReady(process: ListenerProcess): boolean {
    const listener = this.#listeners.get(process);
    return process.state === 'RUNNING' && listener?.protocol.state === 'READY';
  }

  /** A run of a listener is over; an event that it handled goes back to the head of the buffer. */
  end(process: ListenerProcess): void {
    const listener = this.#listeners.get(process);
    this.#listeners.delete(process);
    if (listener?.event) {
      this.#rebuffer(listener.event);
      this.dispatch();
    }
  }

  /** Takes what a listener writes to its stdout, in the run that began last; the output of earlier runs is ignored. */
  protocolListenerOf(process: ListenerProcess): (bytes: Buffer) => void {
    const listener = this.#listeners.get(process);
    return (bytes) => {
      if (listener !== undefined && this.#listeners.get(process) === listener) {
        this.#receive(listener, bytes);
      }
    };
  }

  #receive(listener: Listener, bytes: Buffer): void {
    const { protocol } = listener;
    let stateBefore = protocol.state;
    for (let outcome = protocol.next(bytes); outcome !== null; outcome = protocol.next()) {
      switch (outcome.type) {
        case 'ready':
          this.#logChange(listener, stateBefore);
          listener.event = null;
          break;
        case 'result':
          this.#judge(listener, outcome.result);
          break;
        case 'violation':
          this.#onViolation(listener, stateBefore, outcome.line);
          break;
      }
      stateBefore = protocol.state;
    }
    this.dispatch();
  }

  /** Sends waiting events to ready listeners, the oldest first. */
  dispatch(): void {
    while (this.#buffer.length > 0 && this.#sendFirst()) {
      this.#buffer.shift();
    }
  }

  #sendFirst(): boolean {
    const [buffered] = this.#buffer;
    if (buffered === undefined) {
      return false;
    }
    for (const listener of this.#listeners.values()) {
      if (listener.process.state !== 'RUNNING' || listener.protocol.state !== 'READY') {
        continue;
      }
      const { name } = listener.process.config;
      try {
        listener.process.writeStdin(this.#envelope(buffered));
      } catch (error) {
        if (!(error instanceof StdinClosedError)) {
          throw error;
        }
        this.#options.log.debug(
          `epipe occurred while sending event ${buffered.serial} to listener ${name}, listener state unchanged`,
        );
        continue;
      }
      listener.protocol.sent();
      listener.event = buffered;
      this.#options.log.debug(`event ${buffered.serial} sent to listener ${name}`);
      return true;
    }
    return false;
  }

  /** The length counts characters, as in the reference: listeners read text, and Python's read counts so. */
  #envelope({ event, serial, poolSerial }: BufferedEvent): Buffer {
    const { identifier, name } = this.#options;
    const header =
      `ver:3.0 server:${identifier} serial:${serial} pool:${name} poolserial:${poolSerial} ` +
      `eventname:${event.type} len:${characterCount(event.payload)}\n`;
    return Buffer.from(header + event.payload);
  }

  #judge(listener: Listener, result: Buffer): void {
    const { log, resultHandler } = this.#options;
    const { name } = listener.process.config;
    const buffered = listener.event;
    listener.event = null;
    const stateBefore = listener.protocol.state;
    const settle = (): void => {
      listener.protocol.acknowledge();
      this.#logChange(listener, stateBefore);
    };
    if (buffered === null) {
      settle();
      return;
    }
    const verdict = resultHandler.judge(buffered.event, result);
    listener.judged = buffered;
    const conclude = (error: unknown): void => {
      listener.judged = null;
      if (error === null) {
        log.debug(`${name}: event was processed`);
        settle();
        return;
      }
      if (error instanceof ResultRejected) {
        log.warn(`${name}: event was rejected`);
        settle();
      } else {
        log.warn(`${name}: event caused an error`);
        log.error(
          `${name}: the result_handler failed: ${error instanceof Error ? error.message : String(error)}`,
        );
        listener.protocol.distrust();
        this.#logChange(listener, stateBefore);
      }
      this.#rebuffer(buffered);
    };
    if (verdict instanceof Promise) {
      verdict.then(
        () => this.#resume(listener, () => conclude(null)),
        (error: unknown) => this.#resume(listener, () => conclude(error ?? new Error('rejected'))),
      );
    } else {
      conclude(verdict);
    }
  }

  /** The verdict of an asynchronous handler; the listener may have exited meanwhile. */
  #resume(listener: Listener, conclude: () => void): void {
    conclude();
    if (this.#listeners.get(listener.process) === listener) {
      this.#receive(listener, Buffer.alloc(0));
    } else {
      this.dispatch();
    }
  }

  #onViolation(listener: Listener, stateBefore: ListenerState, line: Buffer | null): void {
    if (line !== null) {
      this.#options.log.warn(`${listener.process.config.name}: bad result line: '${lineText(line)}'`);
    }
    this.#logChange(listener, stateBefore);
    if (listener.event !== null) {
      this.#rebuffer(listener.event);
      listener.event = null;
    }
  }

  #logChange(listener: Listener, before: ListenerState): void {
    const { log } = this.#options;
    const { name } = listener.process.config;
    const { state } = listener.protocol;
    log.debug(`${name}: ${before} -> ${state}`);
    if (state === 'UNKNOWN') {
      log.warn(
        `${name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates ` +
          'the process violated the eventlistener protocol',
      );
    }
  }

  #rebuffer(buffered: BufferedEvent): void {
    const { log, name, bufferSize } = this.#options;
    log.debug(
      `rebuffering event ${buffered.serial} for pool ${name} (buf size=${this.#buffer.length}, max=${bufferSize})`,
    );
    this.#makeRoom();
    this.#buffer.unshift(buffered);
  }

  #makeRoom(): void {
    const { log, name, bufferSize } = this.#options;
    if (this.#buffer.length < bufferSize) {
      return;
    }
    const discarded = this.#buffer.shift();
    this.#discarded += 1;
    log.error(`pool ${name} event buffer overflowed, discarding event ${discarded?.serial}`);
  }
}

function characterCount(text: string): number {
  let count = text.length;
  for (const [pair] of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) {
    count -= pair.length - 1;
  }
  return count;
}

function lineText(line: Buffer): string {
  const text = line.toString('utf8');
  return text.includes('\ufffd') ? `Undecodable: ${pythonBytesRepr(line)}` : text;
}
