/**
 * `GET /api/openapi.json`: what the caller may call.
 *
 * @module
 */
import { refusalOfRight } from '../../rpc/rights/refusal.ts';
import type { Exchange } from '../messages/exchange.ts';
import type { ApiContext } from './api-context.ts';
import { sendJson } from './json-answers.ts';
import { openApiDocument } from './openapi/document.ts';

/** Methods that the role of the caller does not allow are left out. */
export function answerOpenApi({ response, caller }: Exchange, { prefix, tables }: ApiContext): void {
  const allowed = [...tables.of(caller)].filter(
    ([name, { right }]) => refusalOfRight(caller, right, name) === null,
  );
  sendJson(response, 200, openApiDocument(prefix, new Map(allowed)));
}
