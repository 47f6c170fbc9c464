/** A server to which clients send wrong passwords. */
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../compat/harness/ports.ts';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import { INET_SERVER_OPTIONS } from '../../src/config/tables/server-options.ts';
import { type HttpServers, openHttpServers } from '../../src/http/servers.ts';
import { FakeSupervisor, group, processConfig } from '../rpc/fakes.ts';
import { get, methodCall, openedInTest, post, RawClient } from './client.ts';

const { serve, client } = openedInTest();
const GET_STATE = methodCall('supervisor.getState');
/** Long enough that no other answer is later on a busy machine; no test waits for it. */
const FOR_EVER_MS = 600_000;
const WRONG = login('boss', 'guess');
const RIGHT = login('boss', 'secret');
const MANY = 10;

let servers: HttpServers | null = null;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const one of clients.splice(0)) one.end();
  await servers?.close();
  servers = null;
});

function login(name: string, password: string): string {
  return `Authorization: Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

async function serveInet(loginDelayMs: number, options: { audit?: boolean; healthz?: 'public' } = {}) {
  const port = await freePort();
  const supervisor = new FakeSupervisor(
    [group('p', [processConfig('p')])],
    [
      {
        ...defaultConfig(INET_SERVER_OPTIONS),
        kind: 'inet',
        section: 'inet_http_server',
        host: '127.0.0.1',
        port,
        username: 'boss',
        password: 'secret',
        healthz: options.healthz ?? 'private',
      },
    ],
  );
  const { config } = supervisor;
  supervisor.config = { ...config, daemon: { ...config.daemon, audit: options.audit ?? false } };
  servers = await openHttpServers(supervisor, { loginDelayMs });
  const open = () => {
    const one = new RawClient(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    clients.push(one);
    return one;
  };
  const ask = async (...headers: string[]) => (await open().ask(post(GET_STATE, headers))).status;
  const lines = (word: string) => supervisor.log.lines.filter((line) => line.includes(word));
  return { supervisor, open, ask, lines };
}

async function fail(ask: (...headers: string[]) => Promise<number>, count: number): Promise<void> {
  for (let time = 0; time < count; time += 1) expect(await ask(WRONG)).toBe(401);
}

describe('an address with many failed logins', () => {
  test('is answered later, also with the right password and a body that has to wait, and is logged once', async () => {
    const { open, ask, lines } = await serveInet(1);
    await fail(ask, MANY);
    expect(await ask(WRONG)).toBe(401);
    const text = 'x'.repeat(500_000);
    const { status, body } = await open().ask(post(methodCall('system.methodHelp', text), [RIGHT]));
    expect([status, body.includes('SIGNATURE_UNSUPPORTED')]).toEqual([200, true]);
    expect(lines('failed logins')).toEqual([
      "warn: Server 'inet_http_server': 10 failed logins from 127.0.0.1: its logins are delayed for a minute",
    ]);
  });

  test('is not answered before the delay has passed, and its connections can end meanwhile', async () => {
    const { open, ask } = await serveInet(FOR_EVER_MS, { healthz: 'public' });
    await fail(ask, MANY);
    const waiting = [WRONG, RIGHT].map((header) => open().send(post(GET_STATE, [header])));
    // Answered behind them, so they have arrived by then.
    expect(await ask()).toBe(401);
    expect((await open().ask(get('/healthz', [WRONG]))).status).not.toBe(401);
    expect(waiting.map(({ text }) => text)).toEqual(['', '']);
    waiting[0]?.end();
    await servers?.close();
    expect(await waiting[1]?.untilClosed()).toBe('');
  });

  test('keeps the connections that have logged in', async () => {
    const { open, ask } = await serveInet(FOR_EVER_MS);
    expect(await ask(WRONG)).toBe(401);
    const connection = open();
    expect((await connection.ask(post(GET_STATE, [RIGHT]))).status).toBe(200);
    await fail(ask, MANY - 1);
    expect((await connection.ask(post(GET_STATE, [RIGHT]))).status).toBe(200);
  });
});

test('clients without credentials, and those of a unix socket, are never delayed', async () => {
  const { ask, lines } = await serveInet(FOR_EVER_MS);
  for (let time = 0; time < 2 * MANY; time += 1) expect(await ask()).toBe(401);
  expect(await ask(RIGHT)).toBe(200);
  expect(lines('failed logins')).toEqual([]);
  const local = await serve({
    credentials: { username: 'boss', password: 'secret' },
    loginDelayMs: FOR_EVER_MS,
  });
  for (let time = 0; time < 2 * MANY; time += 1) {
    expect((await client(local).ask(post(GET_STATE, [WRONG]))).status).toBe(401);
  }
});

test('failed logins are audited with the name that was used', async () => {
  const { ask, lines } = await serveInet(1, { audit: true });
  await ask(WRONG);
  await ask(login('a\nforged line', 'x'));
  await ask('Authorization: Digest username="boss"');
  await ask();
  expect(lines('audit').map((line) => line.replace(/127\.0\.0\.1:\d+/, 'ADDRESS'))).toEqual([
    "info: audit: ADDRESS, user 'boss': login failed",
    "info: audit: ADDRESS, user 'a\\nforged line': login failed",
    'info: audit: ADDRESS: login failed',
  ]);
});
