/**
 * What an upgrade has handed over of the servers: every server of the configuration goes on with its socket, also where
 * its rights or its address have changed, and none of them ends the daemon.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { HttpServerConfig, InetServerConfig, UnixServerConfig } from '../../config/types.ts';
import { OwnFile } from '../../io/own-file.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { listenInet } from '../../native/posix.ts';
import type { HandedSocket } from '../../supervisor/journal/handover.ts';
import { BACKLOG, changeRights } from './listen.ts';
import { addressOf, hasFile, hasPort, inetAddressOf } from './served-address.ts';
import { openNewSocket, type ServerSocket } from './server-socket.ts';

export class HandedSockets {
  readonly #log: MainLog;
  readonly #left: Map<string, HandedSocket>;

  constructor(sockets: readonly HandedSocket[], log: MainLog) {
    this.#log = log;
    this.#left = new Map(sockets.map((socket) => [socket.address, socket]));
  }

  /** The socket of a server; null where it cannot be opened, which is logged. */
  open(config: HttpServerConfig): ServerSocket | null {
    const address = addressOf(config);
    const same = this.#take((other) => other === address);
    if (same !== null) return goOn(config, same);
    try {
      return config.kind === 'unix' ? this.#openUnix(config) : this.#openInet(config);
    } catch (error) {
      this.#log.critical(`server '${config.section}' is left out: ${messageOf(error)}`);
      return null;
    }
  }

  /** Closes what no server has taken. */
  close(): void {
    for (const { descriptor, connections } of this.#left.values()) {
      for (const fd of [descriptor, ...connections]) closeSync(fd);
    }
    this.#left.clear();
  }

  #openUnix(config: UnixServerConfig): ServerSocket {
    const handed = this.#take((address) => hasFile(address, config));
    if (handed === null) return openNewSocket(config);
    try {
      changeRights(config);
      return { ...goOn(config, handed), address: addressOf(config) };
    } catch (error) {
      this.#log.critical(`server '${config.section}' keeps its rights: ${messageOf(error)}`);
      return goOn(config, handed);
    }
  }

  /**
   * The port is taken until the earlier socket with the same port is closed. Clients of the earlier address are
   * disconnected: they may have no access to the new one.
   */
  #openInet(config: InetServerConfig): ServerSocket {
    const handed = this.#take((address) => hasPort(address, config));
    if (handed === null) return openNewSocket(config);
    closeSync(handed.descriptor);
    try {
      const opened = openNewSocket(config);
      for (const fd of handed.connections) closeSync(fd);
      return opened;
    } catch (error) {
      const { host, port } = inetAddressOf(handed.address) ?? config;
      const descriptor = listenInet(host, port, BACKLOG);
      this.#log.critical(
        `server '${config.section}' goes on listening at ${host}:${port}: ${messageOf(error)}`,
      );
      return goOn(config, { ...handed, descriptor });
    }
  }

  #take(isWanted: (address: string) => boolean): HandedSocket | null {
    for (const socket of this.#left.values()) {
      if (isWanted(socket.address)) {
        this.#left.delete(socket.address);
        return socket;
      }
    }
    return null;
  }
}

function goOn(config: HttpServerConfig, { address, descriptor, connections }: HandedSocket): ServerSocket {
  const file = config.kind === 'unix' ? new OwnFile(config.file) : null;
  return { address, connections, socket: { descriptor, file } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
