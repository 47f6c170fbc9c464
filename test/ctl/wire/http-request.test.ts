/** Requests over TLS to a server that drops connections. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { fetchBody } from '../../../src/ctl/wire/http-request.ts';
import { type Authority, type KeyPair, makeAuthority } from '../../certificates.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

let authority: Authority;
let pair: KeyPair;
let front: Server | null = null;

beforeAll(() => {
  authority = makeAuthority();
  pair = authority.issue('server');
});
afterEach(() => {
  vi.useRealTimers();
  front?.close();
  front = null;
});
afterAll(() => authority.remove());

/** @param cut how many connections are dropped before their handshake */
async function serve(cut: number, answer: (client: TLSSocket) => void) {
  const tls = createTlsServer({ cert: readFileSync(pair.cert), key: readFileSync(pair.key) }, (client) => {
    client.on('error', () => {});
    client.once('data', () => answer(client));
  });
  let connections = 0;
  const server = createServer((socket: Socket) => {
    connections += 1;
    socket.on('error', () => {});
    if (connections <= cut) socket.once('data', () => socket.resetAndDestroy());
    else tls.emit('connection', socket);
  });
  front = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const request = () =>
    fetchBody({
      target: { kind: 'inet', host: '127.0.0.1', port, isSecure: true },
      tls: { caFile: authority.cert, certFile: null, keyFile: null },
      head: ['GET / HTTP/1.1'],
      silenceMs: null,
    });
  return { request, count: () => connections };
}

test('a connection that is cut in its handshake, as by an upgrade of the daemon, is opened once more', async () => {
  const once = await serve(1, (client) => client.end(ANSWER));
  expect([(await once.request()).toString(), once.count()]).toEqual(['hello', 2]);
  front?.close();
  const twice = await serve(2, (client) => client.end(ANSWER));
  await expect(twice.request()).rejects.toMatchObject({ name: 'ConnectionError', code: 'ECONNRESET' });
  expect(twice.count()).toBe(2);
});

test('a server that does not answer the handshake is given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => vi.advanceTimersByTime(20_000));
  });
  front = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = { kind: 'inet', host: '127.0.0.1', port, isSecure: true } as const;
  await expect(fetchBody({ target, head: ['GET / HTTP/1.1'], silenceMs: null })).rejects.toMatchObject({
    name: 'BadAnswerError',
    message: 'has not answered the TLS handshake for 20 seconds: does its URL begin with http://?',
  });
});

test('a request that was sent is never sent again', async () => {
  const { request, count } = await serve(0, (client) => client.destroy());
  await expect(request()).rejects.toThrow();
  expect(count()).toBe(1);
});
