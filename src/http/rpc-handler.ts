/**
 * `POST /RPC2`.
 *
 * @module
 */

import { pythonRepr } from '../python/repr.ts';
import { RpcFault } from '../rpc/faults.ts';
import type { LimitedTables } from '../rpc/rights/limited-tables.ts';
import { collectGarbageSoon } from '../supervisor/heap.ts';
import { MalformedRequestError, NoMethodNameError } from '../xmlrpc/malformed-request.ts';
import { readPlainCall } from '../xmlrpc/quick-reader.ts';
import { type MethodCall, RenderedValue } from '../xmlrpc/values.ts';
import { writeFault, writeResponse } from '../xmlrpc/writer.ts';
import type { Exchange, Handler, HandlerOptions } from './messages/exchange.ts';
import { sendBody, sendError, sendRefusal } from './messages/replies.ts';
import { readBody } from './messages/request-body.ts';
import { callForClient } from './method-call.ts';

/** How much of a request that cannot be read is quoted in the main log, in characters. */
const MAX_QUOTED = 2048;

/** Answers the calls of the table's methods. */
export function rpcHandler(tables: LimitedTables, { maxBodyBytes, refuseAction }: HandlerOptions): Handler {
  return (exchange) => {
    const { request, response } = exchange;
    if (request.method !== 'POST') {
      sendError(response, 400);
      return;
    }
    if (refuseAction(request, response)) return;
    readBody(request, maxBodyBytes, (body) => {
      if (body.kind === 'no-length') sendError(response, 411);
      else if (body.kind === 'too-large') sendError(response, 413, { Connection: 'close' });
      else answerRequest(tables, exchange, body.bytes);
    });
  };
}

const XML = { 'Content-Type': 'text/xml' } as const;

/** An answer of this size leaves garbage of several times its size: 250 MB after a few answers about 10,000 programs. */
const LARGE_ANSWER_BYTES = 256 << 10;

/** Nearly every request is plain, and is answered without a promise. */
function answerRequest(tables: LimitedTables, exchange: Exchange, bytes: Buffer): void {
  const call = readPlainCall(bytes.toString('latin1'));
  if (call !== null) {
    answerCall(tables, exchange, bytes, call);
    return;
  }
  readFully(bytes).then(
    (read) => answerCall(tables, exchange, bytes, read),
    (error) => refuseRequest(exchange, bytes, error),
  );
}

/** @throws MalformedRequestError */
async function readFully(bytes: Buffer): Promise<MethodCall> {
  const { readMethodCall } = await import('../xmlrpc/request-reader.ts');
  return readMethodCall(decode(bytes));
}

function refuseRequest(exchange: Exchange, bytes: Buffer, error: unknown): void {
  const { response, supervisor } = exchange;
  if (!(error instanceof MalformedRequestError)) {
    failUnexpectedly(exchange, bytes, error);
    return;
  }
  const reason = error instanceof NoMethodNameError ? 'no method name' : 'unmarshallable';
  supervisor.log.error(`XML-RPC request data ${quote(bytes.toString())} is invalid: ${reason}`);
  sendError(response, 400);
}

function failUnexpectedly({ response, supervisor }: Exchange, bytes: Buffer, error: unknown): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  supervisor.log.critical(
    `Handling XML-RPC request with data ${quote(bytes.toString())} raised an unexpected exception: ${trace}`,
  );
  sendError(response, 500);
}

function answerCall(tables: LimitedTables, exchange: Exchange, bytes: Buffer, call: MethodCall): void {
  const { response } = exchange;
  callForClient(exchange, tables, call.method, call.parameters, {
    refused: (sentence) => sendRefusal(response, sentence),
    returned: (value) => {
      const answer = writeResponse(value);
      if (value instanceof RenderedValue) response.onSent(value.hold());
      sendBody(response, 200, XML, answer);
      if (answer.length >= LARGE_ANSWER_BYTES) collectGarbageSoon('usual');
    },
    failed: (error) => {
      if (error instanceof RpcFault) sendBody(response, 200, XML, writeFault(error.code, error.message));
      else failUnexpectedly(exchange, bytes, error);
    },
  });
}

/** @throws MalformedRequestError when it is not UTF-8 */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedRequestError('not UTF-8');
  }
}

function quote(text: string): string {
  return pythonRepr(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}
