/**
 * The lines of the main log about what clients change, where `[supervisord] audit` is on.
 *
 * @module
 */
import { escapeControls } from '../python/repr.ts';
import type { Audit } from '../rpc/call-scope.ts';
import type { Exchange } from './messages/exchange.ts';

/** Writes the records of an exchange; null where nothing is recorded. @param place what the client used, as `web page` */
export function auditOf({ supervisor, caller, peer }: Exchange, place: string | null = null): Audit | null {
  if (!supervisor.config.daemon.audit) return null;
  // Now: the kernel knows nothing of a client that is gone when its action ends.
  const parts = [
    peerText(peer),
    caller.user === null ? null : `user '${escapeControls(caller.user)}'`,
    place,
  ];
  const client = parts.filter((part) => part !== null).join(', ');
  return (record) => supervisor.log.audit(`audit: ${client}: ${record}`);
}

function peerText({ credentials, address }: Exchange['peer']): string {
  if (address !== null) return address;
  return credentials === null ? 'unknown client' : `uid ${credentials.uid}, pid ${credentials.pid}`;
}
