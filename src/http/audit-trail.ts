/**
 * The lines of the main log about what clients change, where `[supervisord] audit` is on.
 *
 * @module
 */
import { escapeControls } from '../python/repr.ts';
import type { Audit } from '../rpc/call-scope.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import type { Exchange, Peer } from './messages/exchange.ts';

/** How much of the user name of a failed login is shown, in characters. */
const MAX_NAME = 200;

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

/** Records a login that failed. @param name the user name of the request; null where it cannot be read */
export function auditFailedLogin(supervisor: SupervisorView, peer: Peer, name: string | null): void {
  if (!supervisor.config.daemon.audit) return;
  const user = name === null ? '' : `, user '${escapeControls(cut(name))}'`;
  supervisor.log.audit(`audit: ${peerText(peer)}${user}: login failed`);
}

function cut(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

/** A client as log lines name it. */
export function peerText({ credentials, address }: Peer): string {
  if (address !== null) return address;
  return credentials === null ? 'unknown client' : `uid ${credentials.uid}, pid ${credentials.pid}`;
}
