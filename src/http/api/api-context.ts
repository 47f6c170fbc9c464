/**
 * What the handlers of the API need.
 *
 * @module
 */
import type { LimitedTables } from '../../rpc/rights/limited-tables.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { HandlerOptions } from '../messages/exchange.ts';

export interface ApiContext extends HandlerOptions {
  /** The beginning of all paths of the API. */
  readonly prefix: string;
  /** The daemon with all its programs. */
  readonly supervisor: SupervisorView;
  /** The methods of the server. */
  readonly tables: LimitedTables;
}
