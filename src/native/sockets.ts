/**
 * Sockets as bare descriptors: close-on-exec and non-blocking.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon } from './addon.ts';
import { checked, PosixError } from './posix-error.ts';

/**
 * Listens at a path whose file has the rights `mode` from its first moment. Nothing is unlinked before.
 *
 * @throws PosixError EADDRINUSE where the file exists, ENAMETOOLONG past 107 bytes, ENOENT, EACCES
 */
export function listenUnix(path: string, mode: number, backlog: number): number {
  return checked('bind', addon.listenUnix(path, mode, backlog), path);
}

/** Whether something accepts connections at the path; false where it cannot be reached or is not a socket. */
export function hasListener(path: string): boolean {
  return addon.unixSocketIsLive(path);
}

/**
 * The pid of the process that listens at the path, as it was when it began to listen, or `-errno`: ECONNREFUSED where
 * nothing listens. 0 where the process is in another PID namespace, or has too many clients waiting.
 */
export function unixListener(path: string): number {
  return addon.unixListener(path);
}

/** Where a stream socket listens: the path as it was bound, or the port. @throws PosixError EINVAL, ENOTSOCK, EBADF */
export function listeningAddress(fd: number): string | number {
  const address = addon.listeningAddress(fd);
  return typeof address === 'string' ? address : checked('getsockname', address, String(fd));
}

/** The address of a listening TCP socket in digits, as `::1`; empty for a unix socket. @throws as `listeningAddress` */
export function listeningHost(fd: number): string {
  const host = addon.listeningHost(fd);
  return typeof host === 'string' ? host : String(checked('getsockname', host, String(fd)));
}

/**
 * A datagram socket that is connected to the one at the path; each write is one message. A name that begins with `@`
 * is an abstract one (unix(7)).
 * EPROTOTYPE: the socket takes streams; ECONNREFUSED: no process has it open.
 *
 * @throws PosixError also ENOENT, EACCES, EMFILE
 */
export function connectDatagram(path: string): number {
  return checked('connect', addon.connectDatagram(path), path);
}

/**
 * Takes datagrams at a path whose file has the rights `mode` from its first moment. Nothing is unlinked before.
 *
 * @throws PosixError as `listenUnix`
 */
export function bindDatagram(path: string, mode: number): number {
  return checked('bind', addon.bindDatagram(path, mode), path);
}

/** One datagram; its sender as the kernel knows it. */
export interface Datagram {
  /** In the buffer that was given; a longer datagram is cut. */
  readonly length: number;
  /** 0 where the kernel knows no sender. */
  readonly pid: number;
  readonly uid: number;
}

const sender = new Int32Array(2);

/** The next datagram of a socket of `bindDatagram`; null where there is none. */
export function receiveDatagram(fd: number, buffer: Buffer): Datagram | null {
  const length = addon.receiveDatagram(fd, buffer, sender);
  const [pid = 0, uid = 0] = sender;
  return length < 0 ? null : { length, pid, uid: uid >>> 0 };
}

/**
 * Listens on an address: `''` is all of IPv4, else a literal or a name, of which IPv4 comes first.
 * An IPv6 socket takes IPv6 only, so that both can listen on one port.
 *
 * @param port 0 lets the kernel choose
 * @throws PosixError EADDRINUSE, EACCES, EADDRNOTAVAIL; `getaddrinfo` with ENOENT for an unknown name
 * @throws RangeError for a port outside 0 to 65535
 */
export function listenInet(host: string, port: number, backlog: number): number {
  const result = addon.listenInet(host, port, backlog);
  if (typeof result === 'number') return checked('bind', result, `${host}:${port}`);
  throw new PosixError('getaddrinfo', constants.errno.ENOENT, 'ENOENT', `getaddrinfo '${host}': ${result}`);
}

/**
 * Makes a listening TCP socket hand out connections that send at once (TCP_NODELAY), and that notice within hours
 * that the other side's machine is gone (SO_KEEPALIVE).
 *
 * @throws PosixError EOPNOTSUPP for a socket that is not TCP
 */
export function setPrompt(fd: number): void {
  checked('setsockopt', addon.setPrompt(fd));
}

/** Takes the next connection of a listening socket; returns its descriptor, or `-errno`, which is EAGAIN where there is none. */
export function accept(fd: number): number {
  return addon.accept(fd);
}

/** Ends the direction to the peer; what the peer sends can still be read. Returns 0 or `-errno`. */
export function shutdownWriting(fd: number): number {
  return addon.shutdownWriting(fd);
}
