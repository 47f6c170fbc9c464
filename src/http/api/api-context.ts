/**
 * What the handlers of the API work on.
 *
 * @module
 */
import type { LimitedTables } from '../../rpc/rights/limited-tables.ts';
import type { HandlerOptions } from '../messages/exchange.ts';

export interface ApiContext extends HandlerOptions {
  /** With what all paths of the API begin. */
  readonly prefix: string;
  /** The methods of the server. */
  readonly tables: LimitedTables;
}
