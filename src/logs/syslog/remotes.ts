/**
 * The syslogs of other machines by their addresses: all programs share the connection to one.
 *
 * @module
 */
import { formatSyslogAddress, type SyslogAddress } from '../../config/tables/syslog-values.ts';
import type { LogTrouble } from '../channel-log.ts';
import { RemoteSyslog } from './remote-syslog.ts';

let trouble: LogTrouble | null = null;

const remotes = new Map<string, RemoteSyslog>();

/** Names what receives reports of syslogds that cannot be reached; null reports nothing. */
export function reportRemoteSyslogs(to: LogTrouble | null): void {
  trouble = to;
}

/** The connection to an address. */
export function remoteSyslog(address: SyslogAddress): RemoteSyslog {
  const key = formatSyslogAddress(address);
  let remote = remotes.get(key);
  if (remote === undefined) {
    remote = new RemoteSyslog(address, { trouble: () => trouble });
    remotes.set(key, remote);
  }
  return remote;
}

/** Whether messages wait for a syslogd that is not known to be away. */
export function isRemoteSyslogBehind(): boolean {
  return [...remotes.values()].some(({ isBehind }) => isBehind);
}
