/**
 * What is below `/api/` (docs/json-api.md): methods, called by POST with JSON, and what is read by GET.
 *
 * @module
 */
import type { Exchange } from '../messages/exchange.ts';
import type { ApiContext } from './api-context.ts';
import { answerMethod } from './call-handler.ts';
import { answerEvents } from './events-handler.ts';
import { sendProblem } from './json-answers.ts';
import { answerLog } from './logs-handler.ts';
import { answerNodeCall, answerNodes } from './nodes/nodes-handler.ts';
import { answerOpenApi } from './openapi-handler.ts';

const LOGS = 'logs/';
const NODES = 'nodes/';

/** Answers a request whose path begins with the prefix of the API. */
export function answerApi(exchange: Exchange, context: ApiContext): void {
  const { request, response, path } = exchange;
  const name = path.slice(context.prefix.length);
  if (request.method === 'POST' && name.startsWith(NODES)) {
    answerNodeCall(exchange, context, name.slice(NODES.length));
  } else if (request.method === 'POST') answerMethod(exchange, context, name);
  else if (context.tables.whole.has(name) || name.startsWith(NODES)) {
    sendProblem(response, 405, 'A method is called with POST.', { Allow: 'POST' });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendProblem(response, 405, 'What is not a method is read with GET.', { Allow: 'GET, HEAD' });
  } else answerRead(exchange, context, name);
}

function answerRead(exchange: Exchange, context: ApiContext, name: string): void {
  if (name === 'events') answerEvents(exchange, context);
  else if (name === 'openapi.json') answerOpenApi(exchange, context);
  else if (name === 'nodes') answerNodes(exchange);
  else if (name.startsWith(LOGS)) answerLog(exchange, name.slice(LOGS.length));
  else sendProblem(exchange.response, 404, 'Nothing is at this address.');
}
