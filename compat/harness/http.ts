/**
 * The npm XML-RPC client and a bare socket, over unix and inet.
 *
 * @module
 */
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import xmlrpc from 'xmlrpc';
import type { Address, Json, RpcAnswer } from '../scenario.ts';

const CALL_SECONDS = 120;

/**
 * A connection for each call: one that is kept may be closed by the daemon at the moment at which the next call takes
 * it, and is a descriptor of the daemon for as long as it is kept.
 */
const agent = new Agent({ keepAlive: false });

/** One call; whatever happens is an answer, after 120 s at the latest. */
export function rpcCall(address: Address, method: string, params: readonly Json[]): Promise<RpcAnswer> {
  const target =
    address.kind === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port };
  // The client gives all of it to http.request; its types leave the agent out.
  const options = { ...target, agent, path: '/RPC2', headers: authorization(address) };
  const client = xmlrpc.createClient(options);
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve({ failure: `no answer within ${CALL_SECONDS} s` }),
      CALL_SECONDS * 1000,
    );
    client.methodCall(method, [...params], (error, value: unknown) => {
      clearTimeout(timer);
      resolve(error ? asFailure(error) : { result: toJson(value) });
    });
  });
}

/** Header lines for the address's credentials; none where it has none. */
export function authorization(address: Address): Record<string, string> {
  if (address.username === undefined) return {};
  const credentials = `${address.username}:${address.password ?? ''}`;
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * Sends bytes and collects what comes until the server closes or is silent for that time. A busy machine makes any
 * server silent: what counts is silence after it has answered another connection.
 */
export function rawExchange(address: Address, request: string | Buffer, silentMs: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = open(address);
    const finish = (note: string) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString() + note);
    };
    const limit = setTimeout(() => finish(`\n(still sending after ${CALL_SECONDS} s)`), CALL_SECONDS * 1000);
    let answersOthers = false;
    socket.setTimeout(silentMs);
    socket.on('timeout', async () => {
      if (answersOthers) return finish('\n(connection left open)');
      await untilAnswered(address);
      answersOthers = true;
      socket.setTimeout(silentMs);
    });
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      answersOthers = false;
      chunks.push(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(`\n(${error.code ?? error.message})`));
    socket.on('end', () => finish('\n(connection closed)'));
  });
}

/** Asks for a page on a connection of its own, and waits for whatever comes back. */
function untilAnswered(address: Address): Promise<void> {
  return new Promise((resolve) => {
    const socket = open(address);
    socket.on('connect', () => socket.write('GET /ok.html HTTP/1.0\r\n\r\n'));
    for (const event of ['data', 'end', 'error'] as const) {
      socket.on(event, () => {
        socket.destroy();
        resolve();
      });
    }
  });
}

function open(address: Address): Socket {
  return address.kind === 'unix'
    ? connect({ path: address.path })
    : connect({ host: address.host, port: address.port });
}

function asFailure(error: object): RpcAnswer {
  if ('faultCode' in error && 'faultString' in error) {
    return { fault: Number(error.faultCode), text: String(error.faultString) };
  }
  const status =
    'res' in error && typeof error.res === 'object' && error.res !== null && 'statusCode' in error.res
      ? ` (HTTP ${String(error.res.statusCode)})`
      : '';
  return { failure: `${error instanceof Error ? error.message : String(error)}${status}` };
}

function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Buffer.isBuffer(value)) return { base64: value.toString('base64') };
  if (value instanceof Date) return { dateTime: value.toISOString() };
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
