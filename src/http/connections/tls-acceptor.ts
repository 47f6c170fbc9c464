/**
 * Makes TLS of accepted connections. This module and Node's TLS are loaded where a server has a certificate.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { InetServerConfig } from '../../config/types.ts';
import { peerAddress } from '../../native/posix.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { ListenError } from './listen-error.ts';
import { TlsWire } from './tls-wire.ts';
import type { Wire } from './wire.ts';

export interface TlsAcceptor {
  /** The wire of an accepted connection, whose descriptor belongs to it from now on; null where it is gone already. */
  accept(descriptor: number): Wire | null;
}

/**
 * Certificates come from the configuration that was read last.
 *
 * @param server one with a certificate
 * @throws ListenError where the certificate cannot be used
 */
export function tlsAcceptor(supervisor: SupervisorView, server: InetServerConfig): TlsAcceptor {
  const waiting = new Map<string, TlsWire>();
  const begin = (tls: TLSSocket): void => {
    const wire = waiting.get(nameOf(tls));
    if (wire === undefined) tls.destroy();
    else wire.begin(tls);
  };
  const make = (config: InetServerConfig): Server => {
    const { certFile, keyFile, caFile } = config;
    const isAsked = caFile !== null;
    const made = createServer({
      cert: certFile?.text,
      key: keyFile?.text,
      ...(caFile && { ca: caFile.text }),
      requestCert: isAsked,
      rejectUnauthorized: isAsked,
    });
    made.on('secureConnection', begin);
    made.on('tlsClientError', (error: NodeJS.ErrnoException) =>
      supervisor.log.debug(
        `Server '${config.section}': TLS handshake failed: ${error.code ?? error.message}`,
      ),
    );
    return made;
  };
  let tlsServer = orListenError(server, () => make(server));
  let { servers } = supervisor.config;
  let active = server;

  const renew = (): void => {
    servers = supervisor.config.servers;
    const next = servers.find(({ section }) => section === server.section);
    if (next?.kind !== 'inet' || next.certFile === null || isSame(active, next)) return;
    try {
      tlsServer = make(next);
      active = next;
      supervisor.log.info(`Server '${server.section}' goes on with the certificate of ${next.certFile.path}`);
    } catch (error) {
      supervisor.log.error(`Server '${server.section}' keeps its certificate: ${(error as Error).message}`);
    }
  };

  return {
    accept(descriptor) {
      if (servers !== supervisor.config.servers) renew();
      const address = peerAddress(descriptor);
      const socket = socketOf(descriptor);
      if (socket === null) return null;
      const wire = new TlsWire(socket, { credentials: null, groups: [], address, isSecure: true });
      const name = nameOf(socket);
      waiting.set(name, wire);
      socket.on('close', () => {
        if (waiting.get(name) === wire) waiting.delete(name);
      });
      tlsServer.emit('connection', socket);
      return wire;
    },
  };
}

/** Node begins to read of a socket that it makes; what it reads before TLS takes over is not lost. */
function socketOf(descriptor: number): Socket | null {
  try {
    return new Socket({ fd: descriptor, readable: true, writable: true });
  } catch {
    closeSync(descriptor);
    return null;
  }
}

/** No two open connections have the same four. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(' ');
}

function isSame(active: InetServerConfig, next: InetServerConfig): boolean {
  return (
    active.certFile?.text === next.certFile?.text &&
    active.keyFile?.text === next.keyFile?.text &&
    active.caFile?.text === next.caFile?.text
  );
}

function orListenError<T>({ certFile }: InetServerConfig, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ListenError(
      `Cannot open an HTTP server: certfile ${certFile?.path} cannot be used: ${(error as Error).message}`,
    );
  }
}
