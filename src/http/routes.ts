/**
 * Which handler answers a path.
 *
 * @module
 */
import type { MethodTable } from '../rpc/method.ts';
import { limitedTables } from '../rpc/rights/limited-tables.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { answerApi } from './api/api-handler.ts';
import { answerHealth, HEALTH_PATH } from './health-handler.ts';
import { tailMainLog, tailProcessLog } from './log-tail-handler.ts';
import type { HandlerOptions, Route } from './messages/exchange.ts';
import { answerMetrics } from './metrics/metrics-handler.ts';
import { rpcHandler } from './rpc-handler.ts';
import { answerWithPage } from './web/web-handler.ts';

const API_PREFIX = '/api/';

export const METRICS_PATH = '/metrics';

/** Tried in this order; the beginning of a path decides, as in the reference. The last one answers everything. */
export function routes(
  supervisor: SupervisorView,
  table: MethodTable,
  options: HandlerOptions,
): readonly Route[] {
  const tables = limitedTables(supervisor, table);
  const api = { ...options, prefix: API_PREFIX, supervisor, tables };
  return [
    { prefix: '/RPC2', right: null, handler: rpcHandler(tables, options) },
    { prefix: '/logtail', right: 'read', handler: tailProcessLog },
    { prefix: '/mainlogtail', right: 'read-all', handler: tailMainLog },
    { prefix: API_PREFIX, right: null, handler: (exchange) => answerApi(exchange, api) },
    { prefix: HEALTH_PATH, right: 'read', handler: answerHealth },
    { prefix: METRICS_PATH, right: 'read', handler: (exchange) => answerMetrics(exchange) },
    { prefix: '', right: 'read', handler: (exchange) => answerWithPage(exchange, options) },
  ];
}
