import { appendFileSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { group, processConfig } from '../rpc/fakes.ts';
import { get, parseAnswer, RawClient, startServer, type TestServer } from './client.ts';

let server: TestServer;
let log: string;
let client: RawClient;

beforeEach(async () => {
  server = await startServer({
    groups: [group('p', [processConfig('p')]), group('g', [processConfig('a b')])],
  });
  log = join(server.folder, 'p.log');
  server.supervisor.process('p').stdoutLogfile = log;
  client = new RawClient(server.file);
});

afterEach(async () => {
  client.end();
  await server.end();
});

/** What came in chunks so far. */
function unchunked(text: string): string {
  let rest = text.slice(text.indexOf('\r\n\r\n') + 4);
  let content = '';
  for (;;) {
    const [, digits, after] = /^([0-9a-f]+)\r\n(.*)/s.exec(rest) ?? [];
    const length = Number.parseInt(digits ?? '', 16);
    if (after === undefined || after.length < length + 2) return content;
    content += after.slice(0, length);
    rest = after.slice(length + 2);
  }
}

function isOpen(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

describe('the tail of a log', () => {
  test('is its last 1024 bytes and then what comes', async () => {
    writeFileSync(log, `${'x'.repeat(2000)}end`);
    client.send(get('/logtail/p'));
    const text = await client.until((received) => unchunked(received).endsWith('end'));
    expect(unchunked(text)).toBe(`${'x'.repeat(1021)}end`);
    const { status, headers } = parseAnswer(text);
    expect([status, headers.get('transfer-encoding'), headers.get('content-type')]).toEqual([
      200,
      'chunked',
      'text/plain;charset=utf-8',
    ]);
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(Date.parse(headers.get('last-modified') ?? '')).toBeGreaterThan(0);
    appendFileSync(log, 'more');
    await client.until((received) => unchunked(received).endsWith('endmore'));
  });

  test('has its head at once, also where nothing is in the log', async () => {
    writeFileSync(log, '');
    client.send(get('/logtail/p/stdout'));
    await client.until((received) => received.includes('\r\n\r\n'));
    appendFileSync(log, 'first');
    await client.until((received) => unchunked(received) === 'first');
  });

  test('reports where a file was truncated', async () => {
    writeFileSync(log, 'before');
    client.send(get('/logtail/p'));
    await client.until((received) => unchunked(received) === 'before');
    truncateSync(log);
    await client.until((received) => unchunked(received) === 'before==> File truncated <==\n');
    appendFileSync(log, 'after');
    await client.until((received) => unchunked(received).endsWith('<==\nafter'));
  });

  test('comes without chunks to an HTTP/1.0 client', async () => {
    writeFileSync(log, 'old');
    client.send(get('/logtail/p', [], '1.0'));
    const text = await client.until((received) => received.endsWith('\r\n\r\nold'));
    expect(parseAnswer(text).headers.has('transfer-encoding')).toBe(false);
    appendFileSync(log, 'new');
    await client.until((received) => received.endsWith('\r\n\r\noldnew'));
  });

  test('is found by group and name, channel and encoded path', async () => {
    const process = server.supervisor.process('a b', 'g');
    process.stderrLogfile = join(server.folder, 'err.log');
    writeFileSync(process.stderrLogfile, 'from stderr');
    client.send(get('/logtail/g%3Aa%20b/stderr'));
    await client.until((received) => unchunked(received) === 'from stderr');
  });

  test('of the main log is at /mainlogtail', async () => {
    expect((await client.ask(get('/mainlogtail'))).status).toBe(404);
    server.supervisor.log.file = log;
    expect((await client.ask(get('/mainlogtail'))).status).toBe(404);
    writeFileSync(log, 'main');
    client.send(get('/mainlogtail'));
    await client.until((received) => received.includes('main'));
  });

  test.each([
    '/logtail',
    '/logtail/',
    '/logtail/nope',
    '/logtail/p',
    '/logtail/p/stderr',
    '/logtail/p/pid',
    '/logtail/p/',
    '/logtail/p:*',
    '/logtail/g',
  ])('is 404 at %s, where there is none', async (path) => {
    expect((await client.ask(get(path))).status).toBe(404);
  });

  test('under HEAD is the head, and the connection takes the next request', async () => {
    writeFileSync(log, 'old');
    client.send(`HEAD /logtail/p HTTP/1.1\r\n\r\n${get('/nope', ['Connection: close'])}`);
    const [head = '', rest = ''] = (await client.untilClosed()).split(/(?<=\r\n\r\n)(.*)/s);
    expect(head).toMatch(/^HTTP\/1\.1 200 .*\r\nTransfer-Encoding: chunked\r\n/s);
    expect(rest).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('is 400 for anything but GET and HEAD', async () => {
    writeFileSync(log, '');
    for (const path of ['/logtail/p', '/mainlogtail']) {
      expect((await client.ask(`POST ${path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`)).status).toBe(400);
    }
  });

  test('is forgotten when its client goes away', async () => {
    writeFileSync(log, 'x');
    client.send(get('/logtail/p'));
    await client.until((received) => unchunked(received) === 'x');
    expect(isOpen(log)).toBe(true);
    client.end();
    await expect.poll(() => isOpen(log)).toBe(false);
  });

  test('ends when the server closes', async () => {
    writeFileSync(log, 'x');
    client.send(get('/logtail/p'));
    await client.until((received) => unchunked(received) === 'x');
    await server.servers.close();
    await client.untilClosed();
    expect(isOpen(log)).toBe(false);
  });

  test('waits for a client that reads slowly, and loses nothing', async () => {
    writeFileSync(log, '');
    client.socket.pause();
    client.send(get('/logtail/p'));
    await expect.poll(() => isOpen(log)).toBe(true);
    const line = `${'0123456789'.repeat(100)}\n`;
    for (let i = 0; i < 5; i++) appendFileSync(log, line.repeat(500));
    client.socket.resume();
    const whole = 5 * 500 * line.length;
    await client.until((received) => received.length > whole && unchunked(received).length === whole);
  });
});
