/**
 * The body of a request that calls a method.
 *
 * @module
 */
import { isJson } from '../foreign-requests.ts';
import type { Exchange, HttpRequest } from '../messages/exchange.ts';
import { readBody } from '../messages/request-body.ts';
import type { ApiContext } from './api-context.ts';
import { sendProblem } from './json-answers.ts';

/**
 * Calls back with the body; a request that may not call anything is answered. Browsers send `application/json` to another
 * site only where it has allowed that, which this server never does.
 */
export function withJsonBody(
  { request, response }: Exchange,
  context: ApiContext,
  onBody: (body: Buffer) => void,
): void {
  if (context.refuseAction(request, response)) return;
  if (!isJson(request)) {
    sendProblem(response, 415, 'The Content-Type of a call has to be application/json.');
    return;
  }
  if (hasNoBody(request)) {
    onBody(Buffer.alloc(0));
    return;
  }
  readBody(request, context.maxBodyBytes, (body) => {
    if (body.kind === 'no-length') sendProblem(response, 411, 'The request has no Content-Length.');
    else if (body.kind === 'too-large') {
      sendProblem(response, 413, `The body is larger than ${context.maxBodyBytes} bytes (max_body_bytes).`, {
        Connection: 'close',
      });
    } else onBody(body.bytes);
  });
}

/** Neither a length nor chunks are announced. */
function hasNoBody({ contentLength, headers }: HttpRequest): boolean {
  return contentLength === null && !headers.has('transfer-encoding');
}
