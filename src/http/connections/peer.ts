/**
 * The other side of a connection; the kernel is asked once, when something needs to know.
 *
 * @module
 */
import { type PeerCredentials, peerAddress, peerCredentials, peerGroups } from '../../native/posix.ts';

export interface Peer {
  /** The process that connected to a unix socket; null on TCP. */
  readonly credentials: PeerCredentials | null;
  /** All groups of that process. */
  readonly groups: readonly number[];
  /** Host and port on TCP; null on a unix socket. */
  readonly address: string | null;
}

/** The peer of an open descriptor. */
export function peerOf(descriptor: number): Peer {
  let credentials: PeerCredentials | null | undefined;
  let groups: readonly number[] | undefined;
  let address: string | null | undefined;
  return {
    get credentials() {
      credentials ??= peerCredentials(descriptor);
      return credentials;
    },
    get groups() {
      const own = this.credentials;
      groups ??= own === null ? [] : [own.gid, ...peerGroups(descriptor)];
      return groups;
    },
    get address() {
      address ??= peerAddress(descriptor);
      return address;
    },
  };
}
