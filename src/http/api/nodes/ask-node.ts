/**
 * Calls methods of another daemon over XML-RPC, which may be a stock supervisord.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { FleetNodes } from '../../../config/types.ts';
import { readMethodResponse } from '../../../xmlrpc/response-reader.ts';
import type { RpcParameter, RpcValue } from '../../../xmlrpc/values.ts';
import { writeCall } from '../../../xmlrpc/writer.ts';

/** The node has answered with a fault. */
export class NodeFault extends Error {
  override readonly name = 'NodeFault';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The node does not answer, or does not answer as a supervisord does; the message is for people. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
}

type Access = Pick<FleetNodes, 'username' | 'password' | 'caFile' | 'certFile' | 'keyFile'>;

export interface NodeCall {
  /** `http://HOST:PORT`, `https://HOST:PORT` or `unix:///PATH`. */
  readonly url: string;
  readonly access: Access;
  readonly method: string;
  readonly params: readonly RpcValue[];
  /** Milliseconds for the whole answer; null for any time. */
  readonly limitMs: number | null;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** The largest answer that is read: some 100,000 processes. */
const MAX_BYTES = 64 << 20;

/** @throws NodeFault, NodeError, and RangeError for a number that XML-RPC cannot carry */
export async function callNode(call: NodeCall): Promise<RpcParameter> {
  const text = await post(call, writeCall(call.method, call.params));
  const response = read(text);
  if (response === null) throw new NodeError('did not answer in XML-RPC; is this a supervisord?');
  if (response.kind === 'fault') throw new NodeFault(response.code, response.text);
  return response.value;
}

function read(text: string): ReturnType<typeof readMethodResponse> | null {
  try {
    return readMethodResponse(text);
  } catch {
    return null;
  }
}

function post({ url, access, limitMs, signal }: NodeCall, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(asNodeError(error));
    let sent: ClientRequest;
    try {
      sent = open(url, access);
    } catch (error) {
      fail(error);
      return;
    }
    const end = (): void => {
      sent.destroy(new NodeError('the call was given up'));
    };
    signal?.addEventListener('abort', end, { once: true });
    const timer =
      limitMs === null
        ? null
        : setTimeout(() => {
            sent.destroy(new NodeError(`does not answer within ${limitMs / 1000} s`));
          }, limitMs);
    sent.on('close', () => {
      if (timer !== null) clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    });
    sent.on('error', fail);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('error', fail);
      response.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > MAX_BYTES) sent.destroy(new NodeError('sends too large an answer'));
      });
      response.on('end', () => {
        const { statusCode = 0, statusMessage = '' } = response;
        if (statusCode === 200) resolve(Buffer.concat(parts).toString());
        else fail(new NodeError(`answered HTTP ${statusCode} ${statusMessage}`.trimEnd()));
      });
      response.on('close', () => {
        if (!response.complete) fail(new NodeError('closed the connection before its answer was complete'));
      });
    });
    sent.end(body);
  });
}

/** @throws ErrnoException for files of TLS that cannot be read, TypeError for a URL that cannot be used */
function open(url: string, { username, password, caFile, certFile, keyFile }: Access): ClientRequest {
  const options = {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'text/xml', 'User-Agent': 'visord' },
    ...(username !== null && password !== null && { auth: `${username}:${password}` }),
  } as const;
  if (url.startsWith('unix://')) {
    return requestHttp({
      ...options,
      socketPath: url.slice('unix://'.length),
      path: '/RPC2',
      host: 'localhost',
    });
  }
  const address = new URL('/RPC2', url);
  if (address.protocol !== 'https:') return requestHttp(address, options);
  const fileOf = (path: string | null): Buffer | undefined => (path ? readFileSync(path) : undefined);
  return requestHttps(address, {
    ...options,
    ca: fileOf(caFile),
    cert: fileOf(certFile),
    key: fileOf(keyFile),
  });
}

function asNodeError(error: unknown): NodeError {
  if (error instanceof NodeError) return error;
  // A host with several addresses fails with the errors of all of them.
  const cause = error instanceof AggregateError ? (error.errors.at(-1) ?? error) : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new NodeError(REASONS[code ?? ''] ?? message);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection: is supervisord running?',
  ENOENT: 'has no socket: is supervisord running?',
  ECONNRESET: 'closed the connection',
};
