/**
 * The clients of all HTTP servers of the daemon: how many may be connected, and how long they may take.
 *
 * They share the daemon's descriptors. A part of the places is reserved for each server, so that a flood of one server
 * leaves the others within reach: mostly a flood from the network, and the unix socket.
 *
 * @module
 */

import { Deadlines } from '../../io/deadlines.ts';
import { releaseIdlePages } from '../../io/idle-pages.ts';
import { type IoLoop, ioLoop, type ReadyHandler } from '../../io/io-loop.ts';
import { DescriptorReserve } from './descriptor-reserve.ts';
import { type Client, ServerClients } from './server-clients.ts';

export interface ClientsOptions {
  /** How long a request may take to arrive, and a client may read nothing of an answer, in milliseconds. */
  readonly patienceMs: number;
  /** How many may be connected now. */
  readonly limit: () => number;
  /** How much memory requests may take that have not arrived whole, all together, in bytes. */
  readonly mostHeldBytes: number;
  /** Called when they take more, once. */
  readonly onHeld: () => void;
  /** Called when a server has no place left, and again only after it had room for many. */
  readonly onCrowd: (server: ServerClients) => void;
  /** Called when a server refuses a client, and again only after it had room for many. */
  readonly onRefused: (server: ServerClients) => void;
}

/** How long the limit is used before it is computed again, in milliseconds. */
const LIMIT_VALID_MS = 1000;
/** A quarter of all places is reserved, shared equally between the servers. */
const RESERVED_PART = 4;
const LEAST_RESERVED = 2;

export class Clients {
  readonly #options: ClientsOptions;
  readonly #io: IoLoop = ioLoop();
  readonly #deadlines: Deadlines<Client>;
  readonly #servers: ServerClients[] = [];
  readonly #reserve = new DescriptorReserve();
  #count = 0;
  readonly #held = new Map<Client, number>();
  #heldBytes = 0;
  #hasWarnedOfHeld = false;
  #limit = 0;
  #limitValidUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.patienceMs, (client) => client.close(), releaseIdlePages);
  }

  /** Begins to count the clients of a server. */
  addServer(section: string): ServerClients {
    const server = new ServerClients(section);
    this.#servers.push(server);
    return server;
  }

  /** Watches a descriptor; for one that is watched already, the events change. */
  watch(descriptor: number, events: number, owner: ReadyHandler): void {
    this.#io.watch(descriptor, events, owner);
  }

  /** Ends the watch; to be called before the descriptor is closed. */
  forget(descriptor: number): void {
    this.#io.forget(descriptor);
  }

  /** Whether one more client may connect to the server; where no place is left, another of its clients is closed. */
  hasRoom(server: ServerClients): boolean {
    if (this.#hasPlace(server)) return true;
    if (!server.isCrowded) this.#options.onCrowd(server);
    server.isCrowded = true;
    if (server.makeRoom()) return true;
    if (!server.isFull) this.#options.onRefused(server);
    server.isFull = true;
    return false;
  }

  /** Closes another client to free a descriptor for one that connects; false if none can be closed. */
  freeDescriptor(server: ServerClients): boolean {
    return server.dropUnknown() || this.#reserve.release() || this.#servers.some((each) => each.makeRoom());
  }

  joined(server: ServerClients, client: Client): void {
    this.#count += 1;
    server.joined(client);
  }

  /** To be called when its descriptor is closed. */
  left(server: ServerClients, client: Client): void {
    this.#count -= 1;
    this.#reserve.fill();
    server.left(client);
    this.#deadlines.remove(client);
    this.#hold(client, 0);
    if (server.isCrowded && server.count < this.#limit / 2) {
      server.isCrowded = false;
      server.isFull = false;
    }
  }

  /** A request is whole: the next one has time of its own. */
  requested(client: Client): void {
    this.#deadlines.remove(client);
  }

  /** A connection has had its turn. */
  moved(server: ServerClients, client: Client): void {
    server.moved(client);
    this.#hold(client, client.heldBytes);
    if (this.#heldBytes > this.#options.mostHeldBytes) this.#dropHolders(client);
    // While bytes for the client are pending, its time counts from the last byte that it has read.
    if (client.isBeingSent) this.#deadlines.renew(client);
    else if (client.isAwaited) this.#deadlines.add(client);
    else this.#deadlines.remove(client);
  }

  /** To be called when all clients are gone. */
  close(): void {
    this.#deadlines.close();
    this.#reserve.close();
  }

  #hold(client: Client, bytes: number): void {
    const before = this.#held.get(client) ?? 0;
    if (bytes === before) return;
    this.#heldBytes += bytes - before;
    if (bytes === 0) this.#held.delete(client);
    else this.#held.set(client, bytes);
  }

  /** Closes clients with incomplete requests, except the one whose request is arriving now; known clients stay. */
  #dropHolders(arriving: Client): void {
    if (!this.#hasWarnedOfHeld) this.#options.onHeld();
    this.#hasWarnedOfHeld = true;
    for (const server of this.#servers) {
      while (this.#heldBytes > this.#options.mostHeldBytes && server.dropUnknown(arriving));
    }
  }

  /** The places that are reserved for other servers and not taken yet stay free. */
  #hasPlace(server: ServerClients): boolean {
    const limit = this.#currentLimit();
    const reserved = Math.max(LEAST_RESERVED, Math.floor(limit / RESERVED_PART / this.#servers.length));
    if (this.#servers.length > 1 && server.count < reserved) return true;
    let taken = this.#count;
    for (const other of this.#servers) {
      if (other !== server) taken += Math.max(0, reserved - other.count);
    }
    return taken < limit;
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
