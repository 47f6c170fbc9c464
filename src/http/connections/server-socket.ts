/**
 * The listening socket of a server.
 *
 * @module
 */
import type { HttpServerConfig } from '../../config/types.ts';
import { type ListeningSocket, openListeningSocket } from './listen.ts';
import { addressOf } from './served-address.ts';

/** The socket of one server. */
export interface ServerSocket {
  /** As the next hand-over names it. */
  readonly address: string;
  readonly socket: ListeningSocket;
  /** Descriptors of clients that are connected already. */
  readonly connections: readonly number[];
}

/** A socket that no daemon has opened before. @throws ListenError */
export function openNewSocket(config: HttpServerConfig): ServerSocket {
  return { address: addressOf(config), socket: openListeningSocket(config), connections: [] };
}
