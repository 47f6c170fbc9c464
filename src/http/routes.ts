/**
 * Which handler answers a path.
 *
 * @module
 */
import type { MethodTable } from '../rpc/method.ts';
import { answerHealth, HEALTH_PATH } from './health-handler.ts';
import { tailMainLog, tailProcessLog } from './log-tail-handler.ts';
import type { HandlerOptions, Route } from './messages/exchange.ts';
import { rpcHandler } from './rpc-handler.ts';
import { webHandler } from './web/web-handler.ts';

/** Tried in this order; the beginning of a path decides, as in the reference. The last one answers everything. */
export function routes(table: MethodTable, options: HandlerOptions): readonly Route[] {
  return [
    { prefix: '/RPC2', handler: rpcHandler(table, options) },
    { prefix: '/logtail', handler: tailProcessLog },
    { prefix: '/mainlogtail', handler: tailMainLog },
    { prefix: HEALTH_PATH, handler: answerHealth },
    { prefix: '', handler: webHandler(options) },
  ];
}
