/**
 * Which handler answers a path.
 *
 * @module
 */
import type { MethodTable } from '../rpc/method.ts';
import { tailMainLog, tailProcessLog } from './log-tail-handler.ts';
import type { Handler, HandlerOptions } from './messages/exchange.ts';
import { rpcHandler } from './rpc-handler.ts';
import { webHandler } from './web/web-handler.ts';

/** A handler, and the beginning of the paths that it answers. */
export interface Route {
  readonly prefix: string;
  readonly handler: Handler;
}

/** Tried in this order; the beginning of a path decides, as in the reference. The last one answers everything. */
export function routes(table: MethodTable, options: HandlerOptions): readonly Route[] {
  return [
    { prefix: '/RPC2', handler: rpcHandler(table, options) },
    { prefix: '/logtail', handler: tailProcessLog },
    { prefix: '/mainlogtail', handler: tailMainLog },
    { prefix: '', handler: webHandler(options) },
  ];
}

/** The path of a request target as it is matched, and what follows its `?`. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return { path: decodePercent(path), query: mark < 0 ? '' : target.slice(mark + 1) };
}

/** Unlike `decodeURIComponent` this never throws: broken escapes stay, and bytes that are not UTF-8 become U+FFFD. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}
