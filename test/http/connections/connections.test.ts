/** Many clients, rude clients, and clients that are slow. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectionLimit } from '../../../src/http/connections/connection-limit.ts';
import { group, processConfig } from '../../rpc/fakes.ts';
import {
  get,
  methodCall,
  openedInTest,
  parseAnswer,
  post,
  type RawClient,
  type TestServer,
} from '../client.ts';

const { serve, client } = openedInTest();

const GET_ALL = methodCall('supervisor.getAllProcessInfo');
const GET_STATE = methodCall('supervisor.getState');
const WAITS = methodCall('supervisor.startProcess', 'p');
/** So few descriptors that the least number of clients may connect. */
const FEW_FILES = { openFiles: 0 };
const FEWEST = connectionLimit(0, 0);

async function crowd(server: TestServer, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i += 1) {
    const connection = client(server);
    expect((await connection.ask(post(GET_STATE))).status).toBe(200);
    clients.push(connection);
  }
  return clients;
}

function warnings({ supervisor }: TestServer): string[] {
  return supervisor.log.lines.filter((line) => line.startsWith('warn'));
}

describe('the number of clients', () => {
  test('is a third of the descriptors that the running programs leave', () => {
    expect(connectionLimit(20_000, 2000)).toBe(3312);
    expect(connectionLimit(4096, 20)).toBe(1310);
    expect(connectionLimit(1024, 20)).toBe(286);
    expect(connectionLimit(256, 1000)).toBe(16);
    expect(connectionLimit(1 << 30, 0)).toBe(10_000);
    expect(connectionLimit(-1, 0)).toBe(10_000);
  });

  test('may be a thousand', async () => {
    const server = await serve({ openFiles: 4096 });
    const clients = await crowd(server, 1000);
    expect(clients.filter(({ isClosed }) => isClosed)).toEqual([]);
    expect((await clients[0]?.ask(post(GET_STATE)))?.status).toBe(200);
  });

  test('is kept by closing the one that has been idle longest', async () => {
    const server = await serve(FEW_FILES);
    const [first, second, ...others] = await crowd(server, FEWEST);
    await first?.ask(post(GET_STATE));
    expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
    await second?.untilClosed();
    expect([first, ...others].filter((connection) => connection?.isClosed)).toEqual([]);
    await crowd(server, 3);
    expect(warnings(server)).toEqual([
      `warn: Server 'unix_http_server': ${FEWEST} clients are connected, the most that 0 open files leave room for; ` +
        'for each new one the oldest without a complete request is closed, or the one that has been idle longest',
    ]);
  });

  test('is kept by refusing new clients, where all others wait for an answer', async () => {
    const names = Array.from({ length: FEWEST }, (_, index) => `p${index}`);
    const groups = names.map((name) => group(name, [processConfig(name)]));
    const server = await serve({ ...FEW_FILES, groups });
    const waiting = names.map((name) =>
      client(server).send(post(methodCall('supervisor.startProcess', name))),
    );
    const processes = names.map((name) => server.supervisor.process(name));
    await expect.poll(() => processes.every(({ listenerCount }) => listenerCount === 1)).toBe(true);
    expect(await client(server).untilClosed()).toBe('');
    for (const process of processes) process.become('RUNNING');
    for (const connection of waiting) await connection.until((text) => text.includes('200 OK'));
    expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
  });

  test('is kept by closing the oldest that has sent half a request', async () => {
    const server = await serve({ ...FEW_FILES, credentials: { username: 'u', password: 'p' } });
    const header = `Authorization: Basic ${Buffer.from('u:p').toString('base64')}`;
    const known = client(server);
    expect((await known.ask(post(GET_STATE, [header]))).status).toBe(200);
    const half = Array.from({ length: 3 * FEWEST }, () => client(server).send(post(GET_STATE).slice(0, -1)));
    await expect.poll(() => half.filter(({ isClosed }) => isClosed).length).toBeGreaterThan(FEWEST);
    expect((await client(server).ask(post(GET_STATE, [header]))).status).toBe(200);
    expect((await known.ask(post(GET_STATE, [header]))).status).toBe(200);
  });

  test('is logged again when it is reached once more after there was room', async () => {
    const server = await serve(FEW_FILES);
    for (let round = 1; round <= 2; round += 1) {
      const clients = await crowd(server, FEWEST + 1);
      expect(warnings(server)).toHaveLength(round);
      for (const connection of clients) connection.end();
      const last = client(server);
      await expect.poll(async () => (await last.ask(post(GET_STATE))).status).toBe(200);
      await expect.poll(() => clients.every(({ socket }) => socket.destroyed)).toBe(true);
      last.end();
    }
  });
});

describe('a client that reads slowly', () => {
  test('gets the states of the moment of its request, whatever others request meanwhile', async () => {
    const names = Array.from({ length: 2000 }, (_, index) => `p${index}`);
    const server = await serve({ groups: names.map((name) => group(name, [processConfig(name)])) });
    const slow = client(server);
    slow.socket.pause();
    slow.send(post(GET_ALL));
    const first = await client(server).ask(post(GET_ALL));
    for (const name of names.slice(-5))
      server.supervisor.process(name).become('FATAL', { spawnError: 'x'.repeat(50) });
    expect((await client(server).ask(post(GET_ALL))).body).toContain('FATAL');
    slow.socket.resume();
    const text = await slow.until((received) => received.includes('</methodResponse>'));
    const withoutClock = (body: string): string => body.replaceAll(/now<\/name>\s*<value><int>\d+/g, '');
    expect(withoutClock(parseAnswer(text).body)).toBe(withoutClock(first.body));
    expect(new Set(text.match(/(?<=now<\/name>\s*<value><int>)\d+/g))).toHaveProperty('size', 1);
  });

  test('is closed when it takes nothing of its answer', async () => {
    const server = await serve({ patienceMs: 300 });
    server.supervisor.process('p').spawnError = 'x'.repeat(2_000_000);
    const stuck = client(server);
    stuck.socket.pause();
    stuck.send(post(methodCall('supervisor.getProcessInfo', 'p')));
    for (let i = 0; i < 3; i += 1) await client(server).untilClosed();
    stuck.socket.resume();
    expect(await stuck.untilClosed()).not.toContain('</methodResponse>');
  });

  test('and follows a log may pause for any time', async () => {
    const server = await serve({ patienceMs: 100 });
    const log = join(server.folder, 'p.log');
    writeFileSync(log, '');
    server.supervisor.process('p').stdoutLogfile = log;
    const tail = client(server);
    tail.send(get('/logtail/p'));
    await tail.until((text) => text.includes('200 OK'));
    tail.socket.pause();
    appendFileSync(log, 'x'.repeat(4_000_000));
    // A later client that sends nothing is closed after the same time.
    for (let i = 0; i < 3; i += 1) await client(server).untilClosed();
    appendFileSync(log, 'the end');
    tail.socket.resume();
    await tail.until((text) => text.includes('the end'));
  });
});

describe('a client that asks before it has its answer', () => {
  test('gets the answers in order, and a later call is not made before the earlier one is answered', async () => {
    const server = await serve();
    const connection = client(server);
    connection.send(post(WAITS) + post(methodCall('supervisor.sendRemoteCommEvent', 'kind', 'data')));
    await expect.poll(() => server.supervisor.process('p').listenerCount).toBe(1);
    expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
    expect(server.supervisor.events).toEqual([]);
    server.supervisor.process('p').become('RUNNING');
    await connection.until((text) => text.split('200 OK').length === 3);
    expect(server.supervisor.events).toHaveLength(1);
  });

  test('and never reads is not answered further, and is when it does', async () => {
    const server = await serve();
    server.supervisor.process('p').spawnError = 'x'.repeat(300_000);
    const connection = client(server);
    connection.socket.pause();
    const call = post(methodCall('supervisor.getProcessInfo', 'p'));
    connection.send(call.repeat(10) + post(methodCall('supervisor.sendRemoteCommEvent', 'kind', 'data')));
    const called = () => server.supervisor.log.lines.filter((line) => line.includes('method called')).length;
    await expect.poll(called).toBeGreaterThan(0);
    for (let i = 0; i < 5; i += 1) expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
    expect(server.supervisor.events).toEqual([]);
    connection.socket.resume();
    await expect.poll(() => server.supervisor.events.length, { timeout: 60_000 }).toBe(1);
    await connection.until((text) => text.split('</methodResponse>').length === 12);
  });

  test('and asks for the end of the connection gets no answer to what follows', async () => {
    const connection = client(await serve());
    connection.send(post(GET_STATE, ['Connection: close']) + post(GET_STATE));
    expect((await connection.untilClosed()).split('HTTP/1.1').length).toBe(2);
  });

  test('and then sends bytes that are not HTTP gets its answer first', async () => {
    const server = await serve();
    const connection = client(server);
    connection.send(`${post(WAITS)}nonsense\r\n\r\n`);
    await expect.poll(() => server.supervisor.process('p').listenerCount).toBe(1);
    server.supervisor.process('p').become('RUNNING');
    expect((await connection.untilClosed()).match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
    ]);
  });
});

describe('a client that hangs up', () => {
  test('in the middle of a request gets status 400', async () => {
    for (const half of ['POST /RPC2 HT', 'POST /RPC2 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc']) {
      const connection = client(await serve());
      connection.socket.end(half);
      expect(parseAnswer(await connection.untilClosed()).status).toBe(400);
    }
  });

  test('on its side only still gets the answer that it waits for', async () => {
    const server = await serve();
    const connection = client(server);
    connection.socket.end(post(WAITS));
    await expect.poll(() => server.supervisor.process('p').listenerCount).toBe(1);
    server.supervisor.process('p').become('RUNNING');
    expect(await connection.untilClosed()).toContain('<boolean>1</boolean>');
  });

  test('on its side only is forgotten while it follows a log', async () => {
    const server = await serve();
    const log = join(server.folder, 'p.log');
    writeFileSync(log, 'x');
    server.supervisor.process('p').stdoutLogfile = log;
    const connection = client(server);
    connection.send(get('/logtail/p'));
    await connection.until((text) => text.includes('\r\n1\r\nx\r\n'));
    connection.socket.end();
    await connection.untilClosed();
  });
});

describe('a client that expects 100 Continue', () => {
  test('receives it', async () => {
    const connection = client(await serve());
    const request = post(GET_STATE, ['Expect: 100-continue']);
    connection.send(request.slice(0, -GET_STATE.length));
    await connection.until((text) => text === 'HTTP/1.1 100 Continue\r\n\r\n');
    connection.send(GET_STATE);
    await connection.until((text) => text.includes('statecode'));
  });
});

test('a body that comes in many reads is put together', async () => {
  const server = await serve();
  const connection = client(server);
  const data = 'ä'.repeat(200_000);
  await connection.ask(post(methodCall('supervisor.sendRemoteCommEvent', 'kind', data)));
  expect(server.supervisor.events).toEqual([`kind=${data}`]);
});

test('fifty clients that follow a log without reading hold no more than a little of it', async () => {
  const server = await serve();
  const log = join(server.folder, 'p.log');
  writeFileSync(log, '');
  server.supervisor.process('p').stdoutLogfile = log;
  const tails = Array.from({ length: 50 }, () => client(server).send(get('/logtail/p')));
  for (const tail of tails) {
    await tail.until((text) => text.includes('chunked'));
    tail.socket.pause();
  }
  const before = process.memoryUsage();
  const megabyte = Buffer.alloc(1 << 20, 'x'.repeat(63).concat('\n'));
  for (let i = 0; i < 20; i += 1) {
    appendFileSync(log, megabyte);
    expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
  }
  const { arrayBuffers } = process.memoryUsage();
  // 50 times 20 MB were written; each client may be behind by what fits into its socket, and two pieces.
  expect((arrayBuffers - before.arrayBuffers) / (1 << 20)).toBeLessThan(100);
});
