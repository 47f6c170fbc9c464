/**
 * Finds out, in the trial of an upgrade, whether the servers of a configuration can be opened.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { Config } from '../../config/types.ts';
import { requireKnownFactories, UnknownFactoryError } from '../../rpc/rpc-interfaces.ts';
import { tryListeningSocket } from './listen.ts';
import { ListenError } from './listen-error.ts';
import { addressOf } from './served-address.ts';

/**
 * @param held the addresses at which the daemon listens already, as `addressOf` names them
 * @throws ListenError with what a start would report
 */
export function tryHttpServers({ servers, rpcInterfaces }: Config, held: readonly string[]): void {
  const opened: number[] = [];
  try {
    if (servers.length > 0) requireKnownFactories(rpcInterfaces);
    for (const config of servers) {
      if (!held.includes(addressOf(config))) opened.push(tryListeningSocket(config, held));
    }
  } catch (error) {
    throw error instanceof UnknownFactoryError ? new ListenError(error.message) : error;
  } finally {
    opened.forEach(closeSync);
  }
}
