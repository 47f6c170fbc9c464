/**
 * One HTTP server on one listening socket.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Credentials } from '../config/types.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { authorize, CHALLENGE } from './basic-auth.ts';
import { endGently, lingerOnClose, noteRequest } from './lingering-close.ts';
import { rawError, sendError } from './replies.ts';
import { type Route, splitTarget } from './routes.ts';

/** The most bytes that the head of a request may have. */
const MAX_HEAD_BYTES = 16 * 1024;
/** More connections than these are closed as they come: a flood must not take the descriptors of the children. */
const MAX_CONNECTIONS = 512;
/** How long answers that are being written have when the server closes, in milliseconds. */
const FLUSH_MS = 1000;
/** Node looks for requests that take too long at this part of the time that they have. */
const CHECKS_PER_TIMEOUT = 6;

export interface HttpServerOptions {
  readonly supervisor: SupervisorView;
  readonly credentials: Credentials | null;
  readonly routes: readonly Route[];
  /** How long a request may take to come in, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export interface HttpServer {
  /** Ends listening, drops whoever waits, and resolves when the answers that are being written are out. */
  close(): Promise<void>;
}

/** Serves on a listening socket, whose descriptor then belongs to the server. */
export async function serveHttp(descriptor: number, options: HttpServerOptions): Promise<HttpServer> {
  const answers = new Set<ServerResponse>();
  let isClosing = false;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      requireHostHeader: false,
      noDelay: true,
      // Idle connections stay: Python's clients send on them again, and break when they find one closed.
      keepAliveTimeout: 0,
      headersTimeout: options.requestTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(options.requestTimeoutMs / CHECKS_PER_TIMEOUT),
    },
    (request, response) => {
      if (isClosing) {
        response.destroy();
        return;
      }
      answers.add(response);
      response.once('close', () => answers.delete(response));
      noteRequest(request);
      answer(request, response, options);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', lingerOnClose);
  server.on('clientError', refuseUnreadable);
  await listen(server, descriptor);
  server.on('error', (error) => options.supervisor.log.error(`HTTP server: ${error.message}`));
  const close = async () => {
    isClosing = true;
    await flushed(answers);
    await closed(server);
  };
  return { close };
}

function answer(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): void {
  const { supervisor, credentials, routes } = options;
  response.on('error', () => response.destroy());
  request.on('error', () => response.destroy());
  try {
    const target = splitTarget(request.url ?? '');
    const authorization = credentials ? authorize(request.headers.authorization, credentials) : 'granted';
    if (authorization === 'malformed') sendError(response, 400);
    else if (authorization === 'denied') sendError(response, 401, CHALLENGE);
    else {
      const route = routes.find(({ prefix }) => target.path.startsWith(prefix));
      route?.handler({ request, response, supervisor, ...target });
    }
  } catch (error) {
    supervisor.log.error(`Server Error: ${error instanceof Error ? error.stack : String(error)}`);
    if (response.headersSent) response.destroy();
    else sendError(response, 500);
  }
}

/** What is no HTTP is answered 400; who was too slow, or is gone, is dropped without a word. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const isHttpProblem = error.code?.startsWith('HPE_') === true;
  if (isHttpProblem && socket.writable) endGently(socket, rawError(400));
  else socket.destroy();
}

function listen(server: Server, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ fd }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Drops the answers that nobody will finish now, calls that wait for a process and tails, and resolves when the others
 * are out. The server is closed after that: Node would cut off what is still being sent.
 */
async function flushed(answers: ReadonlySet<ServerResponse>): Promise<void> {
  const sent: Promise<void>[] = [];
  for (const response of answers) {
    if (response.writableEnded) sent.push(new Promise((resolve) => response.once('close', resolve)));
    else response.destroy();
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FLUSH_MS);
  });
  await Promise.race([Promise.all(sent), timeout]);
  clearTimeout(timer);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
