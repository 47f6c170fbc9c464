/**
 * Calls a method for a client, in whichever form the request came.
 *
 * @module
 */
import { escapeControls } from '../python/repr.ts';
import { CallScope } from '../rpc/call-scope.ts';
import { callAndTrace } from '../rpc/dispatcher.ts';
import type { Argument } from '../rpc/method.ts';
import type { LimitedTables } from '../rpc/rights/limited-tables.ts';
import { refusalOfCall } from '../rpc/rights/refusal.ts';
import type { RpcValue } from '../xmlrpc/values.ts';
import { auditOf } from './audit-trail.ts';
import type { Exchange } from './messages/exchange.ts';

/** How the form of the request answers; one of them is called, once. */
export interface CallAnswers {
  /** The caller has not the right. @param sentence the reason */
  refused(sentence: string): void;
  /** The method has succeeded. What this throws goes to `failed`. */
  returned(value: RpcValue): void;
  /** The method has failed, mostly with an RpcFault. */
  failed(error: unknown): void;
}

/** An answer that is known is given at once; a method that waits answers when its promise resolves. */
export function callForClient(
  exchange: Exchange,
  tables: LimitedTables,
  method: string,
  args: readonly Argument[],
  { refused, returned, failed }: CallAnswers,
): void {
  const { response, supervisor, caller } = exchange;
  const refusal = refusalOfCall(caller, tables.whole, method, args);
  if (refusal !== null) {
    auditOf(exchange)?.(`${escapeControls(method)} refused: ${refusal}`);
    refused(refusal);
    return;
  }
  const scope = new CallScope(auditOf(exchange));
  try {
    const answer = callAndTrace(tables.of(caller), method, args, scope, supervisor.log);
    supervisor.startAdded();
    if (answer instanceof Promise) {
      response.onGone(() => scope.cancel());
      answer.then(returned).catch(failed);
    } else {
      returned(answer);
    }
  } catch (error) {
    failed(error);
  }
}
