/**
 * `POST /api/METHOD`: calls a method with arguments in JSON.
 *
 * @module
 */
import { escapeControls } from '../../python/repr.ts';
import { RpcFault } from '../../rpc/faults.ts';
import type { Argument } from '../../rpc/method.ts';
import { positionalArguments } from '../../rpc/named-arguments.ts';
import type { Exchange } from '../messages/exchange.ts';
import { callForClient } from '../method-call.ts';
import type { ApiContext } from './api-context.ts';
import { sendFault, sendProblem, sendResult } from './json-answers.ts';
import { ArgumentsError, readArguments } from './json-arguments.ts';
import { withJsonBody } from './json-body.ts';

/** Calls the method, whose answer may come later. */
export function answerMethod(exchange: Exchange, context: ApiContext, method: string): void {
  withJsonBody(exchange, context, (body) => call(exchange, context, method, body));
}

function call(exchange: Exchange, { tables }: ApiContext, method: string, body: Buffer): void {
  const { response } = exchange;
  const failed = (error: unknown): void => fail(exchange, method, error);
  try {
    const given = readArguments(body);
    const description = tables.whole.get(method);
    const args: readonly Argument[] =
      description === undefined ? [] : positionalArguments(description, given);
    callForClient(exchange, tables, method, args, {
      refused: (sentence) => sendProblem(response, 403, sentence),
      returned: (result) => sendResult(response, result),
      failed,
    });
  } catch (error) {
    failed(error);
  }
}

function fail({ response, supervisor }: Exchange, method: string, error: unknown): void {
  if (error instanceof RpcFault) {
    sendFault(response, error.code, error.message);
  } else if (error instanceof ArgumentsError) {
    sendProblem(response, 400, error.message);
  } else {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    supervisor.log.critical(
      `Handling the API request for ${escapeControls(method)} raised an unexpected exception: ${trace}`,
    );
    sendProblem(response, 500, 'An internal error, which the main log has.');
  }
}
