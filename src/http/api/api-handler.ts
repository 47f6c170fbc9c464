/**
 * What is below `/api/`: methods, called by POST with JSON (docs/json-api.md).
 *
 * @module
 */
import type { Exchange } from '../messages/exchange.ts';
import type { ApiContext } from './api-context.ts';
import { answerMethod } from './call-handler.ts';
import { sendProblem } from './json-answers.ts';

/** Answers a request whose path begins with `/api/`. */
export function answerApi(exchange: Exchange, context: ApiContext): void {
  const { request, response, path } = exchange;
  if (request.method === 'POST') {
    answerMethod(exchange, context, path.slice(context.prefix.length));
  } else {
    sendProblem(response, 405, 'Methods are called with POST.', { Allow: 'POST' });
  }
}
