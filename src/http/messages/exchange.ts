/**
 * One request and its answer, as handlers see them.
 *
 * @module
 */
import type { PeerCredentials } from '../../native/posix.ts';
import type { Caller } from '../../rpc/rights/caller.ts';
import type { Right } from '../../rpc/rights/rights.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { Response } from './response.ts';

export interface HttpRequest {
  /** In capitals. */
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** The declared length of the body, in bytes; null where none is declared. */
  readonly contentLength: number | null;
  /** Calls back with the whole body once it has arrived; to be called before the handler returns. A body that is not asked for is skipped. */
  readBody(callback: (bytes: Buffer) => void): void;
}

/** The other side of a connection; the kernel is asked once, at the first use. */
export interface Peer {
  /** The process that connected to a unix socket; null on TCP. */
  readonly credentials: PeerCredentials | null;
  /** All groups of that process. */
  readonly groups: readonly number[];
  /** Host and port on TCP; null on a unix socket. */
  readonly address: string | null;
  /** The connection is encrypted. */
  readonly isSecure: boolean;
}

export interface Exchange {
  readonly request: HttpRequest;
  readonly response: Response;
  /** Decoded path without query, with its leading slash. */
  readonly path: string;
  /** What follows the `?`, as it came. */
  readonly query: string;
  readonly caller: Caller;
  readonly peer: Peer;
  /** The daemon as the caller sees it. */
  readonly supervisor: SupervisorView;
}

/** What the handlers of a server have in common. */
export interface HandlerOptions {
  /** The largest body that is read. */
  readonly maxBodyBytes: number;
  /** Refuses a request that changes something where a page of another site asks for it: answers it, and returns true. */
  refuseAction(request: HttpRequest, response: Response): boolean;
}

/** Answers a request, now or later; what it throws is logged and answered with 500. */
export type Handler = (exchange: Exchange) => void;

/** A handler, and the beginning of the paths that it answers. */
export interface Route {
  readonly prefix: string;
  /** The right that a caller needs; null where the handler checks it itself. */
  readonly right: Right | null;
  readonly handler: Handler;
}
