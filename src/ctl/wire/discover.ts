/**
 * The nodes of a fleet with an engine, as one of its daemons knows them: for a client whose `[fleet]` has no `nodes`.
 *
 * @module
 */
import { ConfigError } from '../../config/config-error.ts';
import type { NodeAddress } from '../../config/tables/node-list.ts';
import type { Connection } from './rpc-client.ts';
import { getFleet } from './visord-api.ts';

/**
 * The nodes that advertise an address, by name; the daemon that is asked is there without one.
 *
 * @throws ConfigError where the daemon cannot be asked
 */
export async function discoverNodes(connection: Connection): Promise<readonly NodeAddress[]> {
  try {
    const { node, nodes } = await getFleet(connection);
    return nodes.flatMap(({ name, url }) => {
      if (url !== '') return [{ name, url }];
      return name === node ? [{ name, url: connection.serverUrl }] : [];
    });
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(
      `section [fleet] has no nodes, and ${connection.serverUrl} does not report them: ${reason}`,
    );
  }
}
