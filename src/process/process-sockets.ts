/**
 * The share of one process in the sockets that the daemon holds for its program (`listen=`).
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import type { HostedProcess, ProcessHost } from './host.ts';
import { FcgiSocketError } from './spawn/fcgi-socket.ts';
import type { ListenSockets, SocketShare, SocketUser } from './spawn/held-sockets.ts';

/** The process. */
export interface ProcessSocketsOwner extends Pick<HostedProcess, 'config' | 'advance' | 'isDisabled'> {
  readonly host: ProcessHost;
}

export class ProcessSockets implements SocketUser {
  readonly #owner: ProcessSocketsOwner;
  /** Null for a program without `listen=`. */
  #share: SocketShare | null;

  constructor(owner: ProcessSocketsOwner) {
    this.#owner = owner;
    this.#share = this.#join();
  }

  get config(): ProcessConfig {
    return this.#owner.config;
  }

  /** Those that the process is started with. @throws FcgiSocketError */
  open(): ListenSockets | null {
    return this.#share?.open() ?? null;
  }

  /** The process has another configuration. The daemon keeps the former sockets open for a while. */
  reconfigured(): void {
    this.leave();
    this.#share = this.#join();
  }

  /** The process is not there any more. */
  leave(): void {
    this.#share?.leave();
  }

  socketReplaced(): void {
    this.#owner.advance({ type: 'restart', reason: 'its socket was removed', countsAsFailure: false });
  }

  /** Clients may connect before the first start of a program that starts by itself: the connections wait. */
  #join(): SocketShare | null {
    const { host, config } = this.#owner;
    if (config.listen.addresses.length === 0) {
      return null;
    }
    const share = host.heldSockets.join(this, (socket, position) =>
      host.inheritedListenerOf(socket, position),
    );
    if (config.autostart && !this.#owner.isDisabled) {
      try {
        share.open();
      } catch (error) {
        // The start reports what is wrong then.
        if (!(error instanceof FcgiSocketError)) throw error;
      }
    }
    return share;
  }
}
