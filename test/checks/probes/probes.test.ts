import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { probeHttp } from '../../../src/checks/probes/http-probe.ts';
import { probeTcp } from '../../../src/checks/probes/tcp-probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'visord-probes-'));
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(join(folder, 'http.sock'), { force: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Listens on a free port of loopback, or on a path. */
async function serve(answer: RequestListener, path?: string): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (path === undefined) {
      server.listen(0, '127.0.0.1', resolve);
    } else {
      server.listen(path, resolve);
    }
  });
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

function http(url: string, timeoutMs = 30_000, socketPath: string | null = null): Promise<string | null> {
  return new Promise((resolve) => probeHttp({ url, socketPath }, timeoutMs, resolve));
}

function tcp(port: number): Promise<string | null> {
  return new Promise((resolve) => probeTcp({ host: '127.0.0.1', port }, 30_000, resolve));
}

async function closedPort(): Promise<number> {
  const port = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

test('a status of 200 to 299 passes, any other fails, and a redirect is not followed', async () => {
  const seen: (string | undefined)[] = [];
  const port = await serve(({ url }, response) => {
    seen.push(url);
    response.writeHead(Number(url?.slice(1)), { Location: '/200' }).end('text');
  });
  const ask = (status: number) => http(`http://127.0.0.1:${port}/${status}`);
  expect(await ask(200)).toBeNull();
  expect(await ask(204)).toBeNull();
  expect(await ask(302)).toBe('HTTP status 302');
  expect(await ask(503)).toBe('HTTP status 503');
  expect(seen).toEqual(['/200', '/204', '/302', '/503']);
});

test('a server that does not answer fails the probe after its time limit', async () => {
  const port = await serve(() => {});
  expect(await http(`http://127.0.0.1:${port}/`, 100)).toBe('timed out after 0.1 seconds');
});

test('a body without end is not read to its end', async () => {
  const port = await serve((_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384))) {}
    };
    response.on('drain', write);
    write();
  });
  expect(await http(`http://127.0.0.1:${port}/`)).toBeNull();
});

test('an HTTP server on a unix socket', async () => {
  const path = join(folder, 'http.sock');
  await serve(({ url }, response) => response.writeHead(url === '/health' ? 200 : 404).end(), path);
  expect(await http('http://localhost/health', 30_000, path)).toBeNull();
  expect(await http('http://localhost/health', 30_000, join(folder, 'none'))).toBe(
    'no such file or directory',
  );
});

test('a port that takes connections passes, and one that does not fails', async () => {
  expect(await tcp(await serve(() => {}))).toBeNull();
  const port = await closedPort();
  expect(await tcp(port)).toBe('connection refused');
  expect(await http(`http://127.0.0.1:${port}/`)).toBe('connection refused');
});
