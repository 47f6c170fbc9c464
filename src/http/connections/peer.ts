/**
 * Finds out about the other side of a connection.
 *
 * @module
 */
import { type PeerCredentials, peerAddress, peerCredentials, peerGroups } from '../../native/posix.ts';
import type { Peer } from '../messages/exchange.ts';

/** The peer of a descriptor, which has to be open when a member is read for the first time. */
export function peerOf(descriptor: number): Peer {
  let credentials: PeerCredentials | null | undefined;
  let groups: readonly number[] | undefined;
  let address: string | null | undefined;
  return {
    isSecure: false,
    get credentials() {
      if (credentials === undefined) credentials = peerCredentials(descriptor);
      return credentials;
    },
    get groups() {
      const own = this.credentials;
      groups ??= own === null ? [] : [own.gid, ...peerGroups(descriptor)];
      return groups;
    },
    get address() {
      if (address === undefined) address = peerAddress(descriptor);
      return address;
    },
  };
}
