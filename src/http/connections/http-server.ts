/**
 * One HTTP server on one listening socket.
 *
 * Its connections are bare descriptors in a poller of our own: Node's http and net modules spend five to ten times
 * what an answer costs on objects around it (docs/performance-notes.md, Answering requests).
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { counters } from '../../io/counters.ts';
import { accept, errnoName, READABLE } from '../../native/posix.ts';
import { refusalOfRight } from '../../rpc/rights/refusal.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { ForeignRequests } from '../foreign-requests.ts';
import type { Exchange, HttpRequest, Peer, Route } from '../messages/exchange.ts';
import { sendError, sendRefusal } from '../messages/replies.ts';
import type { Response } from '../messages/response.ts';
import { splitTarget } from '../messages/target.ts';
import type { Access } from './access.ts';
import { CHALLENGE, isLogin, loginName } from './basic-auth.ts';
import type { Clients } from './clients.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { FailedLogins } from './failed-logins.ts';
import type { ServerClients } from './server-clients.ts';
import type { TlsAcceptor } from './tls-acceptor.ts';
import { PlainWire } from './wire.ts';

/** How many connections are accepted at a time before other descriptors have their turn. */
const ACCEPTED_PER_TURN = 64;
/** How long no connection is accepted after the daemon ran out of descriptors, in milliseconds. */
const ACCEPT_PAUSE_MS = 100;
/** Time between two log lines about missing descriptors, in milliseconds. */
const LOG_INTERVAL_MS = 60_000;
/** How long answers that are being written may stand still when the server closes, in milliseconds. */
const FLUSH_MS = 1000;
/** How often at most that time is granted: no client can hold up the end of the daemon. */
const MOST_FLUSH_TURNS = 10;
/** Number of sockets on which a server listens at most: the first one, and the last ones. */
const MOST_SOCKETS = 3;
const { EMFILE, ENFILE, ENOBUFS, ENOMEM } = constants.errno;
const OUT_OF_DESCRIPTORS: readonly number[] = [EMFILE, ENFILE];
const OUT_OF_RESOURCES: readonly number[] = [...OUT_OF_DESCRIPTORS, ENOBUFS, ENOMEM];

export interface HttpServerOptions {
  readonly section: string;
  readonly supervisor: SupervisorView;
  readonly access: Access;
  readonly routes: readonly Route[];
  readonly foreign: ForeignRequests;
  /** The paths that are answered without user name and password. */
  readonly publicPaths: readonly string[];
  readonly clients: Clients;
  /** How late a login of an address with many failed ones is checked, in milliseconds; a second if left out. */
  readonly loginDelayMs?: number | undefined;
  /** Called with the user name of credentials that are refused; null where it cannot be read. */
  onFailedLogin(peer: Peer, name: string | null): void;
  /** Null for a server that does not speak TLS. */
  readonly tls: TlsAcceptor | null;
  /** Descriptors of clients that are connected already. */
  readonly connections?: readonly number[];
}

export interface HttpServer {
  /** No request is under way; clients that follow a log do not count. */
  readonly isQuiet: boolean;
  /** Descriptors of the clients that may send another request; those of TLS cannot be handed over. */
  readonly idleConnections: readonly number[];
  /**
   * Accepts clients from another listening socket too: the file of the first one was removed. The first one stays open
   * for those that still reach it, as through the mount of a container; its descriptor belongs to the server.
   */
  moveTo(descriptor: number): void;
  /** Ends listening, closes clients that wait, and resolves when the answers that are being written are sent. */
  close(): Promise<void>;
}

/**
 * Serves on a listening socket, whose descriptor belongs to the server from now on.
 *
 * @throws PosixError when it cannot be watched; it is closed then
 */
export function serveHttp(descriptor: number, options: HttpServerOptions): HttpServer {
  try {
    return new Server(descriptor, options);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

class Server implements HttpServer, ConnectionHost {
  /** On which it listens: the first socket, and behind it the last ones. */
  readonly #descriptors: number[];
  readonly #options: HttpServerOptions;
  readonly #clients: Clients;
  readonly #share: ServerClients;
  readonly #connections = new Set<Connection>();
  readonly #failedLogins: FailedLogins;
  /** The clients of connections on which a login has succeeded. */
  readonly #loggedIn = new WeakSet<Peer>();
  #pause: NodeJS.Timeout | null = null;
  #descriptorsLoggedAtMs = Number.NEGATIVE_INFINITY;
  #onEmpty: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor(descriptor: number, options: HttpServerOptions) {
    this.#descriptors = [descriptor];
    this.#options = options;
    this.#clients = options.clients;
    this.#share = options.clients.addServer(options.section);
    this.#failedLogins = new FailedLogins({
      delayMs: options.loginDelayMs,
      onMany: (source, count) =>
        options.supervisor.log.warn(
          `Server '${options.section}': ${count} failed logins from ${source}: its logins are delayed for a minute`,
        ),
    });
    this.#listen();
    // Not before the daemon has its programs: a request that waits already would be answered here and now.
    setImmediate(() => {
      for (const connection of options.connections ?? []) this.#welcome(connection);
    });
  }

  get isQuiet(): boolean {
    return [...this.#connections].every(
      ({ isIdle, isExpected, isFollowing, isHeld }) => (isIdle && !isExpected) || isFollowing || isHeld,
    );
  }

  get idleConnections(): number[] {
    return [...this.#connections].flatMap(({ isIdle, descriptor }) =>
      isIdle && descriptor !== null ? [descriptor] : [],
    );
  }

  moveTo(descriptor: number): void {
    this.#descriptors.push(descriptor);
    if (this.#descriptors.length > MOST_SOCKETS) {
      const [superfluous = descriptor] = this.#descriptors.splice(1, 1);
      this.#accept(superfluous);
      this.#clients.forget(superfluous);
      closeSync(superfluous);
    }
    if (this.#pause === null) this.#listen();
  }

  /** A listening socket has connections to accept. */
  #accept(descriptor: number): void {
    let isAny = false;
    for (let count = 0; count < ACCEPTED_PER_TURN; count += 1) {
      const accepted = accept(descriptor);
      if (accepted >= 0) {
        this.#welcome(accepted);
        isAny = true;
      } else if (accepted === -constants.errno.EAGAIN) return;
      // Without descriptors accept(2) fails before it looks whether another client waits. The poller reports one that does.
      else if (isAny && OUT_OF_DESCRIPTORS.includes(-accepted)) return;
      else if (!this.#mayTryAgain(-accepted)) return;
    }
  }

  delayMs(request: HttpRequest, peer: Peer): number {
    if (this.#failedLogins.isEmpty || !isLogin(request) || peer.address === null) return 0;
    const { path } = splitTarget(request.target);
    if (this.#options.publicPaths.includes(path) || this.#loggedIn.has(peer)) return 0;
    return this.#failedLogins.delayMs(peer.address);
  }

  answer(request: HttpRequest, response: Response, peer: Peer): boolean {
    counters.requests += 1;
    const { access, foreign, publicPaths } = this.#options;
    const target = splitTarget(request.target);
    const caller = access.identify(request, peer, publicPaths.includes(target.path));
    if (caller === 'malformed' || caller === 'denied') {
      if (isLogin(request)) this.#loginFailed(request, peer);
      if (caller === 'denied') sendError(response, 401, CHALLENGE);
      else sendError(response, 400);
    } else if ('sentence' in caller) sendRefusal(response, caller.sentence);
    else {
      if (caller.user !== null && !this.#failedLogins.isEmpty) this.#loggedIn.add(peer);
      if (!foreign.refuseHost(request, response))
        this.#route({ request, response, caller, peer, supervisor: caller.supervisor, ...target });
      return true;
    }
    return false;
  }

  #loginFailed(request: HttpRequest, peer: Peer): void {
    if (peer.address !== null) this.#failedLogins.add(peer.address);
    this.#options.onFailedLogin(peer, loginName(request));
  }

  #route(exchange: Exchange): void {
    const { path, caller, response } = exchange;
    const route = this.#options.routes.find(({ prefix }) => path.startsWith(prefix));
    if (route === undefined) return;
    const refusal = route.right === null ? null : refusalOfRight(caller, route.right, path);
    if (refusal !== null) sendRefusal(response, refusal);
    else route.handler(exchange);
  }

  attempt(response: Response, act: () => void): void {
    try {
      act();
    } catch (error) {
      const trace = error instanceof Error ? error.stack : String(error);
      this.#options.supervisor.log.error(`Server Error: ${trace}`);
      if (response.isBegun) response.abort();
      else sendError(response, 500);
    }
  }

  requested(connection: Connection): void {
    this.#clients.requested(connection);
  }

  moved(connection: Connection): void {
    if (this.#closing !== null && !connection.isBeingSent) connection.close();
    else this.#clients.moved(this.#share, connection);
  }

  closed(connection: Connection): void {
    this.#clients.left(this.#share, connection);
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #listen(): void {
    this.#pause = null;
    for (const descriptor of this.#descriptors) {
      this.#clients.watch(descriptor, READABLE, { ready: () => this.#accept(descriptor) });
    }
  }

  #welcome(descriptor: number): void {
    if (!this.#clients.hasRoom(this.#share)) {
      closeSync(descriptor);
      return;
    }
    const { tls } = this.#options;
    const wire = tls === null ? new PlainWire(descriptor, this.#clients) : tls.accept(descriptor);
    if (wire === null) return;
    const connection = new Connection(wire, this);
    this.#connections.add(connection);
    this.#clients.joined(this.#share, connection);
    // A client that connects has mostly sent its request already.
    connection.ready();
  }

  /** Without descriptors the same connection would be offered for ever: one is freed, or the offers wait. */
  #mayTryAgain(errno: number): boolean {
    if (!OUT_OF_RESOURCES.includes(errno)) return true;
    this.#logOnceInAWhile(errno);
    if (this.#clients.freeDescriptor(this.#share)) return true;
    for (const descriptor of this.#descriptors) this.#clients.forget(descriptor);
    this.#pause = setTimeout(() => this.#listen(), ACCEPT_PAUSE_MS);
    return false;
  }

  #logOnceInAWhile(errno: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#descriptorsLoggedAtMs < LOG_INTERVAL_MS) return;
    this.#descriptorsLoggedAtMs = nowMs;
    this.#options.supervisor.log.error(`HTTP server: accept: ${errnoName(errno)}`);
  }

  async #close(): Promise<void> {
    if (this.#pause !== null) clearTimeout(this.#pause);
    for (const descriptor of this.#descriptors) {
      this.#clients.forget(descriptor);
      closeSync(descriptor);
    }
    for (const connection of [...this.#connections]) {
      if (!connection.isBeingSent) connection.close();
    }
    if (this.#connections.size > 0) await this.#emptied();
    for (const connection of [...this.#connections]) connection.close();
  }

  /** Resolves when all connections are closed, or no client has taken anything for a while. */
  async #emptied(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let left = this.#waitingBytes();
    let turns = 0;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      timer = setInterval(() => {
        const leftNow = this.#waitingBytes();
        turns += 1;
        if (leftNow === left || turns === MOST_FLUSH_TURNS) resolve();
        left = leftNow;
      }, FLUSH_MS);
    });
    clearInterval(timer);
  }

  #waitingBytes(): number {
    let sum = 0;
    for (const connection of this.#connections) sum += connection.waitingBytes;
    return sum;
  }
}
