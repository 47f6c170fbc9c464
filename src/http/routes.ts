/**
 * Which handler answers a path.
 *
 * @module
 */
import type { MethodTable } from '../rpc/method.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { answerHealth, HEALTH_PATH } from './health-handler.ts';
import { tailMainLog, tailProcessLog } from './log-tail-handler.ts';
import type { HandlerOptions, Route } from './messages/exchange.ts';
import { rpcHandler } from './rpc-handler.ts';
import { answerWithPage } from './web/web-handler.ts';

/** Tried in this order; the beginning of a path decides, as in the reference. The last one answers everything. */
export function routes(
  supervisor: SupervisorView,
  table: MethodTable,
  options: HandlerOptions,
): readonly Route[] {
  return [
    { prefix: '/RPC2', right: null, handler: rpcHandler(supervisor, table, options) },
    { prefix: '/logtail', right: 'read', handler: tailProcessLog },
    { prefix: '/mainlogtail', right: 'read-all', handler: tailMainLog },
    { prefix: HEALTH_PATH, right: 'read', handler: answerHealth },
    { prefix: '', right: 'read', handler: (exchange) => answerWithPage(exchange, options) },
  ];
}
