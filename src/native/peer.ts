/**
 * The other side of a connection, as the kernel knows it.
 *
 * @module
 */
import { addon } from './addon.ts';

/** The process that connected to a unix socket, as it was then. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const ids = new Int32Array(3);

/** The process at the other side of a unix socket; null where the kernel knows none. */
export function peerCredentials(fd: number): PeerCredentials | null {
  if (addon.peerCredentials(fd, ids) < 0) return null;
  const [pid = 0, uid = 0, gid = 0] = ids;
  return { pid, uid: uid >>> 0, gid: gid >>> 0 };
}

/** The supplementary groups of that process; empty where the kernel (before Linux 4.13) does not know them. */
export function peerGroups(fd: number): readonly number[] {
  const groups = addon.peerGroups(fd);
  return typeof groups === 'number' ? [] : groups;
}

/** Host and port of the other side of a TCP socket, as `10.0.0.5:40112`; null where it has none. */
export function peerAddress(fd: number): string | null {
  const address = addon.peerAddress(fd);
  return typeof address === 'number' ? null : address;
}
