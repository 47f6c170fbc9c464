/**
 * Everybody who is connected to the daemon's HTTP servers: how many there may be, who is idle, who takes too long.
 *
 * @module
 */

import { Deadlines } from '../../io/deadlines.ts';
import { type IoLoop, ioLoop, type ReadyHandler } from '../../io/io-loop.ts';
import { DescriptorReserve } from './descriptor-reserve.ts';

export interface ClientsOptions {
  /** How long a request may take to come in, and a client may take nothing of an answer, in milliseconds. */
  readonly patienceMs: number;
  /** How many may be connected just now. */
  readonly limit: () => number;
  /** Told when the limit is reached, and again only after there was room for many. */
  readonly onCrowd: (limit: number) => void;
}

/** A connection, as far as its turn at the server goes. */
export interface Client {
  readonly isIdle: boolean;
  readonly isAwaited: boolean;
  readonly isBeingSent: boolean;
  close(): void;
}

/** How long the limit is taken for what it was, in milliseconds. */
const LIMIT_VALID_MS = 1000;

export class Clients {
  readonly #options: ClientsOptions;
  readonly #io: IoLoop = ioLoop();
  readonly #deadlines: Deadlines<Client>;
  /** Who has nothing under way, the longest idle first. */
  readonly #idle = new Set<Client>();
  readonly #reserve = new DescriptorReserve();
  #count = 0;
  #limit = 0;
  #limitValidUntilMs = Number.NEGATIVE_INFINITY;
  #isCrowded = false;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.patienceMs, (connection) => connection.close());
  }

  /** Watches a descriptor; for one that is watched already, the events change. */
  watch(descriptor: number, events: number, owner: ReadyHandler): void {
    this.#io.watch(descriptor, events, owner);
  }

  /** Ends the watch; to be called before the descriptor is closed. */
  forget(descriptor: number): void {
    this.#io.forget(descriptor);
  }

  /**
   * Whether one more may connect. In a full house the one that has been idle longest makes room: connections that
   * somebody forgot to close must not keep everybody out.
   */
  hasRoom(): boolean {
    if (this.#count < this.#currentLimit()) return true;
    if (!this.#isCrowded) this.#options.onCrowd(this.#limit);
    this.#isCrowded = true;
    return this.dropIdle();
  }

  /** Frees a descriptor for somebody who wants to connect; false if none can be had. */
  freeDescriptor(): boolean {
    return this.#reserve.release() || this.dropIdle();
  }

  /** Closes the connection that has been idle longest; false if none is. */
  dropIdle(): boolean {
    for (const connection of this.#idle) {
      connection.close();
      return true;
    }
    return false;
  }

  joined(): void {
    this.#count += 1;
  }

  /** To be called when its descriptor is closed. */
  left(connection: Client): void {
    this.#count -= 1;
    this.#reserve.fill();
    this.#idle.delete(connection);
    this.#deadlines.remove(connection);
    if (this.#isCrowded && this.#count < this.#limit / 2) this.#isCrowded = false;
  }

  /** A request is whole: the next one has time of its own. */
  requested(connection: Client): void {
    this.#deadlines.remove(connection);
  }

  /** A connection has had its turn. */
  moved(connection: Client): void {
    this.#idle.delete(connection);
    if (connection.isIdle) this.#idle.add(connection);
    // With bytes to take, it has its turn when it takes some.
    if (connection.isBeingSent) this.#deadlines.renew(connection);
    else if (connection.isAwaited) this.#deadlines.add(connection);
    else this.#deadlines.remove(connection);
  }

  /** To be called when everybody is gone. */
  close(): void {
    this.#deadlines.close();
    this.#reserve.close();
  }

  #currentLimit(): number {
    const nowMs = performance.now();
    if (nowMs >= this.#limitValidUntilMs) {
      this.#limit = this.#options.limit();
      this.#limitValidUntilMs = nowMs + LIMIT_VALID_MS;
    }
    return this.#limit;
  }
}
