/**
 * One HTTP request on a connection of its own.
 *
 * @module
 */
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { openSync } from '../../io/files.ts';
import { ResponseReader } from './http-response.ts';
import type { TlsFiles } from './secure-socket.ts';
import type { Target } from './server-url.ts';
import { BadAnswerError, ConnectionError, HttpStatusError } from './trouble.ts';

export interface Request {
  readonly target: Target;
  /** For a secure target. */
  readonly tls?: TlsFiles | undefined;
  /** The head without its `Host`, and without the empty line at its end. */
  readonly head: readonly string[];
  readonly body?: Buffer;
  /** How long the server may be silent before its answer is complete; null means no limit. */
  readonly silenceMs: number | null;
}

/** The body of a response with status 200. @throws HttpStatusError, ConnectionError, BadAnswerError */
export function fetchBody(request: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    exchange(request, {
      part: (part) => parts.push(part),
      end: (error) => {
        if (error === null) resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
        else reject(error);
      },
    });
  });
}

export interface StreamListener {
  part(bytes: Buffer): void;
  /** Called once; null where the server has ended the response properly. */
  end(error: Error | null): void;
}

/** Sends the request and passes on the body of a response with status 200, part by part; the result closes it. */
export function exchange(
  { target, tls, head, body, silenceMs }: Request,
  listener: StreamListener,
): () => void {
  let isOver = false;
  let socket: Socket | null = null;
  const finish = (error: Error | null): void => {
    if (isOver) return;
    isOver = true;
    // The listener runs first: often it ends the process, which closes the socket anyway.
    setImmediate(() => socket?.destroy());
    listener.end(error);
  };
  let refusal: Refusal | null = null;
  const reader = new ResponseReader({
    head: (status, reason) => {
      if (status === FORBIDDEN) refusal = { reason, body: '' };
      else if (status !== 200) finish(new HttpStatusError(status, reason));
    },
    body: (part) => {
      if (isOver) return;
      if (refusal === null) {
        listener.part(part);
        return;
      }
      refusal.body += part.toString('latin1');
      if (refusal.body.length > MAX_SENTENCE) finish(refusalError(refusal));
    },
    done: () => finish(refusal && refusalError(refusal)),
  });
  const read = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      finish(error instanceof Error ? error : new BadAnswerError(String(error)));
    }
  };

  const watch = (opened: Socket): void => {
    socket = opened;
    if (isOver) {
      opened.destroy();
    } else if (silenceMs !== null) {
      opened.setTimeout(silenceMs, () =>
        finish(new BadAnswerError(`has not answered for ${Math.round(silenceMs / 1000)} seconds`)),
      );
    }
  };
  const begin = (opened: Socket): void => {
    if (isOver) return;
    opened.on('error', (error: NodeJS.ErrnoException) => finish(connectionError(error)));
    opened.on('data', (bytes: Buffer) => read(() => reader.push(bytes)));
    opened.on('close', () => read(() => reader.end()));
    const text = Buffer.from(`${[...head, `Host: ${hostOf(target)}`].join('\r\n')}\r\n\r\n`);
    opened.write(body === undefined ? text : Buffer.concat([text, body]));
  };
  if (target.kind === 'inet' && target.isSecure) {
    openSecurely(target, tls, watch).then(begin, finish);
  } else {
    const opened = open(target);
    watch(opened);
    begin(opened);
  }
  return () => {
    isOver = true;
    socket?.destroy();
  };
}

/**
 * Node's TLS is loaded where a URL asks for it. A connection that is cut in the handshake has sent no request, and is
 * opened once more: an upgrade of the daemon keeps the listening socket only.
 *
 * @param onOpened called with each socket at once, whose handshake has not begun
 */
async function openSecurely(
  target: Target & { kind: 'inet' },
  tls: TlsFiles | undefined,
  onOpened: (socket: Socket) => void,
): Promise<Socket> {
  const { connectSecurely } = await import('./secure-socket.ts');
  const attempt = async (): Promise<Socket> => {
    const socket = connectSecurely(target, tls);
    onOpened(socket);
    await handshakeOf(socket);
    return socket;
  };
  try {
    return await attempt().catch((error: NodeJS.ErrnoException) => {
      if (!CUT.has(error.code)) throw error;
      return attempt();
    });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === undefined
      ? error
      : connectionError(error as NodeJS.ErrnoException);
  }
}

/** A server without TLS waits for the end of a request, and never answers. */
const HANDSHAKE_SECONDS = 20;

async function handshakeOf(socket: Socket): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  socket.once('connect', () => {
    const text = `has not answered the TLS handshake for ${HANDSHAKE_SECONDS} seconds: does its URL begin with http://?`;
    timer = setTimeout(() => socket.destroy(new BadAnswerError(text)), HANDSHAKE_SECONDS * 1000);
  });
  try {
    await once(socket, 'secureConnect');
  } finally {
    clearTimeout(timer);
  }
}

const CUT: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

const FORBIDDEN = 403;
/** The longest reason of a refusal that is shown, in bytes. */
const MAX_SENTENCE = 500;

interface Refusal {
  readonly reason: string;
  body: string;
}

/** A supervisord of ours gives the reason in one sentence; a page of HTML does not count. */
function refusalError({ reason, body }: Refusal): HttpStatusError {
  const text = Buffer.from(body, 'latin1').toString().trim();
  const isSentence =
    text !== '' && body.length <= MAX_SENTENCE && !text.startsWith('<') && !hasControls(text);
  return new HttpStatusError(FORBIDDEN, reason, isSentence ? text : null);
}

function hasControls(text: string): boolean {
  return /[\p{Cc}]/u.test(text);
}

/** The value of an `Authorization` header. */
export function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function open(target: Target): Socket {
  if (target.kind === 'inet') return connect(target.port, target.host);
  return target.path.isWellFormed() ? connect(target.path) : connectToBytes(target.path);
}

/** `O_PATH` of open(2): names a file without opening it. */
const O_PATH = 0o10000000;

/** Node takes no bytes for the path of a socket, but the link to a descriptor is text. */
function connectToBytes(path: string): Socket {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_PATH);
  } catch {
    return connect(path);
  }
  try {
    return connect(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}

function hostOf(target: Target): string {
  if (target.kind === 'unix') return 'localhost';
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

function connectionError(error: NodeJS.ErrnoException): ConnectionError {
  // A host with several addresses fails with the errors of all of them.
  const cause = error instanceof AggregateError ? (error.errors.at(-1) ?? error) : error;
  return new ConnectionError(cause.code ?? error.code ?? '', cause.message);
}
