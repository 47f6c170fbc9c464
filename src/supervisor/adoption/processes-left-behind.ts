/**
 * Processes of an earlier daemon that did not end by itself.
 *
 * @module
 */
import type { DaemonConfig } from '../../config/types.ts';
import { existsSync } from '../../io/files.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import { type ChannelHolder, channelHolders } from '../../process/adoption/channel-holders.ts';
import { runtimePlaces } from '../../process/channels/runtime-places.ts';

/**
 * Processes that have channels of an earlier daemon with this pidfile. They are looked for only where the pidfile
 * shows that it did not end by itself: all of /proc is read for it. To be called while the daemon is still root.
 */
export function processesLeftBehind({ pidfile, identifier }: DaemonConfig): readonly ChannelHolder[] {
  if (!existsSync(pidfile)) return [];
  const { RUNTIME_DIRECTORY: runtimeDirectory } = inheritedEnvironment();
  return channelHolders(runtimePlaces({ runtimeDirectory, identifier, pidfile }).isOurs);
}
