/**
 * One member of etcd, over its JSON gateway.
 *
 * @module
 */
import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type Message, parseMessage } from './encoding.ts';
import { EngineError, type EngineSettings } from './engine.ts';
import { type Refusal, refusalOf } from './etcd-errors.ts';
import { lineReader } from './lines.ts';

/** What a member answered. */
export type Answer =
  | { readonly body: Message; readonly refusal: null }
  | { readonly body: null; readonly refusal: Refusal };

export interface Member {
  /** As `10.0.0.1:2379`. */
  readonly address: string;
  /** On the monotonic clock: when the member last sent something. */
  readonly heardAtMs: number;
  /**
   * @param path as `/v3/kv/range`
   * @param token of an authentication
   * @throws EngineError `unreachable` without an answer within the limit
   */
  ask(path: string, body: Message, limitMs: number, token: string | null): Promise<Answer>;
  /** A request whose answer is a stream. @returns ends it, without a call of `on` */
  follow(path: string, body: Message, token: string | null, on: StreamListener): () => void;
  close(): void;
}

export interface StreamListener {
  message(message: Message): void;
  /** The stream has ended, by an error or without one. */
  ended(reason: EngineError): void;
}

/** How long a connection is kept after a request; etcd itself does not close idle ones. */
const IDLE_MS = 30_000;
/** An idle connection of a watch is checked by TCP: a router on the way may have forgotten it. */
const TCP_KEEPALIVE_MS = 5000;

export function openMember(
  { host, port }: EngineSettings['members'][number],
  tls: EngineSettings['tls'],
): Member {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const secure = tls && {
    ...(tls.ca !== null && { ca: tls.ca }),
    ...(tls.certificate !== null && { cert: tls.certificate.cert, key: tls.certificate.key }),
  };
  const agentOf = (keepAlive: boolean): Agent => {
    const common = { keepAlive, keepAliveMsecs: TCP_KEEPALIVE_MS, timeout: keepAlive ? IDLE_MS : 0 };
    return secure ? new HttpsAgent({ ...common, ...secure }) : new HttpAgent(common);
  };
  const forCalls = agentOf(true);
  const forStreams = agentOf(false);
  const send = secure ? httpsRequest : httpRequest;
  let heardAtMs = Number.NEGATIVE_INFINITY;

  const open = (agent: Agent, path: string, body: Message, token: string | null): ClientRequest => {
    const text = JSON.stringify(body);
    const options: RequestOptions = {
      host,
      port,
      path,
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        // A member that loses its leader ends its streams, and does not leave them silent.
        'grpc-metadata-hasleader': 'true',
        ...(token !== null && { authorization: token }),
      },
    };
    const request = send(options);
    request.end(text);
    return request;
  };

  return {
    address,
    get heardAtMs() {
      return heardAtMs;
    },
    ask: async (path, body, limitMs, token) => {
      const answer = await readAnswer(open(forCalls, path, body, token), address, limitMs);
      heardAtMs = performance.now();
      return answer;
    },
    follow: (path, body, token, on) =>
      readStream(open(forStreams, path, body, token), address, {
        message: (message) => on.message(message),
        ended: (reason) => on.ended(reason),
        heard: () => {
          heardAtMs = performance.now();
        },
      }),
    close: () => {
      forCalls.destroy();
      forStreams.destroy();
    },
  };
}

/** @param limitMs for the whole answer @throws EngineError `unreachable` */
function readAnswer(request: ClientRequest, address: string, limitMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      clearTimeout(timer);
      request.destroy();
      reject(new EngineError('unreachable', `etcd at ${address}: ${message}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${limitMs / 1000} seconds`), limitMs);
    request.on('error', (error) => fail(error.message));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => fail(error.message));
      response.on('aborted', () => fail('the connection was closed within the answer'));
      response.on('end', () => {
        clearTimeout(timer);
        const message = parseMessage(firstLine(Buffer.concat(chunks).toString()));
        const refusal = refusalOf(message, response.statusCode ?? 0);
        if (refusal !== null) resolve({ body: null, refusal });
        else resolve({ body: message ?? {}, refusal: null });
      });
    });
  });
}

/** Reads an answer that is a stream. @returns ends it, without a call of `on` */
function readStream(
  request: ClientRequest,
  address: string,
  /** `heard` is called with each piece of it. */
  on: StreamListener & { readonly heard: () => void },
): () => void {
  let isOpen = true;
  const end = (message: string): void => {
    if (!isOpen) return;
    isOpen = false;
    request.destroy();
    on.ended(new EngineError('unreachable', `etcd at ${address}: ${message}`));
  };
  request.on('socket', (socket) => socket.setKeepAlive(true, TCP_KEEPALIVE_MS));
  request.on('error', (error) => end(error.message));
  request.on('response', (response) => {
    const read = lineReader((line) => {
      const message = parseMessage(line);
      if (isOpen && message !== null) on.message(message);
    });
    response.on('data', (chunk: Buffer) => {
      on.heard();
      read(chunk);
    });
    response.on('error', (error) => end(error.message));
    response.on('close', () => end('the connection was closed'));
  });
  return () => {
    isOpen = false;
    request.destroy();
  };
}

/** The answer of a call that is a stream of one message ends with a line feed, and trailers may follow. */
function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : text.slice(0, end);
}
