/**
 * The parser of requests finds the same requests in any pieces, in bounded time. Where Node's own parser reads a
 * request too, both agree on its end.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { RequestParser } from '../../../src/http/messages/request-parser.ts';
import { generatedRequest, REQUESTS } from '../corpus-http.ts';
import { Failure, type Fuzz, type Target } from '../fuzz.ts';
import { amplified, mutated, pieces } from '../mutate.ts';

/** A request as both parsers describe it. */
interface Framed {
  readonly method: string;
  readonly target: string;
  /** Null for a body in chunks, which our server does not take: it answers 411. */
  readonly body: string | null;
  /** Its last byte was read. */
  readonly isWhole: boolean;
}

interface Reading {
  readonly requests: readonly Framed[];
  /** Null, or the error that ends the reading. */
  readonly error: string | null;
}

/** Where Node finds no end, and we find one, another server would read what follows as a request of another client. */
const FRAMING = /CONTENT_LENGTH|TRANSFER_ENCODING|CHUNK|CR_EXPECTED|LF_EXPECTED|STRICT/;

/** Node refuses the coding `identity`. It encodes nothing, and does not change where a request ends. */
const IDENTITY = /transfer-encoding:[ \t]*identity[ \t]*\r\n/i;

export const httpParser: Target = {
  name: 'http-parser',
  title: 'the parser of requests, against Node’s own',
  run: async (fuzz) => {
    const node = nodeParser();
    while (fuzz.mayGoOn()) {
      const input = nextInput(fuzz);
      const bytes = Buffer.from(input, 'latin1');
      const whole = fuzz.trial(bytes, () => read([bytes]));
      const cut = read(pieces(fuzz.random, bytes));
      if (JSON.stringify(whole) !== JSON.stringify(cut)) {
        throw new Failure(`read in pieces: ${JSON.stringify(cut)}, and whole: ${JSON.stringify(whole)}`);
      }
      compare(fuzz, input, whole, await node(bytes));
    }
  },
};

function nextInput({ random }: Fuzz): string {
  const base = random.chance(0.5) ? random.pick(REQUESTS) : generatedRequest(random);
  if (random.chance(0.3)) return base + random.pick(REQUESTS);
  if (random.chance(0.1)) return amplified(random, base);
  return random.chance(0.3) ? base : mutated(random, base, REQUESTS);
}

function read(parts: readonly Buffer[]): Reading {
  const parser = new RequestParser();
  const requests: Framed[] = [];
  let open: { method: string; target: string; body: string; isChunked: boolean } | null = null;
  for (const bytes of parts) {
    parser.push(bytes);
    for (let part = parser.next(); part !== null; part = parser.next()) {
      switch (part.kind) {
        case 'head':
          open = {
            method: part.head.method,
            target: part.head.target,
            body: '',
            isChunked: part.head.isChunked,
          };
          break;
        case 'body':
          if (open !== null) open.body += part.bytes.toString('latin1');
          break;
        case 'end':
          if (open !== null) {
            const { method, target, body, isChunked } = open;
            requests.push({ method, target, body: isChunked ? null : body, isWhole: true });
          }
          open = null;
          break;
        case 'malformed':
          return { requests, error: 'malformed' };
      }
    }
    parser.keep();
  }
  return { requests, error: null };
}

/** A server of Node without a socket: bytes go in, requests come out. */
function nodeParser(): (bytes: Buffer) => Promise<Reading> {
  return async (bytes) => {
    const found: { readonly request: IncomingMessage; readonly chunks: Buffer[] }[] = [];
    let error: string | null = null;
    const options = { maxHeaderSize: 1 << 20, requireHostHeader: false };
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      found.push({ request, chunks });
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end());
      request.on('error', () => undefined);
    };
    const server = createServer(options, take);
    server.on('checkContinue', take);
    server.on('checkExpectation', take);
    server.maxHeadersCount = 0;
    server.on('clientError', (reason: NodeJS.ErrnoException) => {
      error ??= reason.code ?? reason.message;
    });
    server.on('connect', (_, socket) => socket.destroy());
    const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    socket.on('error', () => undefined);
    server.emit('connection', socket);
    socket.push(bytes);
    socket.push(null);
    // What was pushed is parsed within a few turns; a request that goes on has no end to wait for.
    for (let turns = 0; turns < TURNS; turns += 1) await new Promise(setImmediate);
    socket.destroy();
    const requests = found.map(({ request, chunks }): Framed => {
      const { method = '', url: target = '', headers, complete: isWhole } = request;
      const isChunked = headers['transfer-encoding'] !== undefined;
      return { method, target, isWhole, body: isChunked ? null : Buffer.concat(chunks).toString('latin1') };
    });
    return { requests, error };
  };
}

const TURNS = 12;

function compare(fuzz: Fuzz, input: string, ours: Reading, node: Reading): void {
  for (const [at, mine] of ours.requests.entries()) {
    const other = node.requests[at];
    if (other?.isWhole !== true) {
      // Two equal lengths are one (RFC 9110, 8.6); Node does not take them.
      const isTwice = node.error === 'HPE_UNEXPECTED_CONTENT_LENGTH' && mine.body !== null;
      const isFraming = node.error !== null && FRAMING.test(node.error) && !isTwice && !IDENTITY.test(input);
      // A request that Node does not end: its end must not be in doubt.
      if (isFraming)
        throw new Failure(`Node refuses its end (${node.error}), and ours: ${JSON.stringify(mine)}`);
      break;
    }
    if (mine.method !== other.method || mine.target !== other.target || mine.body !== other.body) {
      throw new Failure(`request ${at + 1}: ours ${JSON.stringify(mine)}, Node's ${JSON.stringify(other)}`);
    }
  }
  fuzz.saw(`${ours.error ?? 'read'}, Node: ${node.error ?? 'read'}`);
}
