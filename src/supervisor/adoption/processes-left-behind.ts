/**
 * Processes of an earlier daemon that did not end by itself.
 *
 * @module
 */
import type { DaemonConfig } from '../../config/types.ts';
import { existsSync } from '../../io/files.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import { type ChannelHolder, channelHolders } from '../../process/adoption/channel-holders.ts';
import { type Orphan, orphans } from '../../process/adoption/orphans.ts';
import { runtimePlaces } from '../../process/channels/runtime-places.ts';
import { pidIn } from '../pidfile.ts';

export interface ProcessesLeftBehind {
  readonly holders: readonly ChannelHolder[];
  /** Without channels that have names. */
  readonly orphans: readonly Orphan[];
  /** The pid in the pidfile. */
  readonly daemonPid: number | null;
}

export const NONE_LEFT: ProcessesLeftBehind = { holders: [], orphans: [], daemonPid: null };

/**
 * Processes that a daemon with this pidfile has left. They are looked for only where the pidfile shows that it did not
 * end by itself: all of /proc is read for it. To be called while the daemon is still root.
 */
export function processesLeftBehind({ pidfile, identifier }: DaemonConfig): ProcessesLeftBehind {
  if (!existsSync(pidfile)) return NONE_LEFT;
  const { RUNTIME_DIRECTORY: runtimeDirectory } = inheritedEnvironment();
  const holders = channelHolders(runtimePlaces({ runtimeDirectory, identifier, pidfile }).isOurs);
  return { holders, orphans: orphans(new Set(holders.map(({ pid }) => pid))), daemonPid: pidIn(pidfile) };
}
