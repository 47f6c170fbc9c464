import { describe, expect, test } from 'vitest';
import { group, processConfig } from '../../rpc/fakes.ts';
import { as, get, openedInTest, parseAnswer, type TestServer, user } from '../client.ts';
import { publishExit } from './published.ts';

const { serve, client } = openedInTest();

/** A client whose first message has arrived. */
async function subscribe(server: TestServer, query = '', headers: readonly string[] = []) {
  const stream = client(server).send(get(`/api/events${query}`, headers));
  await stream.until((text) => text.includes('\nid: '));
  return stream;
}

describe('GET /api/events', () => {
  test('is a stream of server-sent events', async () => {
    const server = await serve();
    const stream = await subscribe(server, '?types=process_state,TICK_60&types=PROCESS_GROUP');
    publishExit(server.supervisor, 'p');
    const text = await stream.until((got) => got.includes('data: '));
    const { status, headers } = parseAnswer(text);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    expect(text).toMatch(
      /id: \w+-2\ndata: \{"type":"PROCESS_STATE_EXITED","time":[\d.]+,"payload":\{"processname":"p"/,
    );
  });

  test('goes on with Last-Event-ID, on any server of the daemon', async () => {
    const server = await serve();
    const first = await subscribe(server);
    publishExit(server.supervisor, 'a');
    const [, id] = /id: (\w+-2)\n/.exec(await first.until((got) => got.includes('"a"'))) ?? [];
    first.end();
    publishExit(server.supervisor, 'b');
    const second = client(server).send(get('/api/events', [`Last-Event-ID: ${id}`]));
    const text = await second.until((got) => got.includes('"b"'));
    expect(text).not.toContain('"a"');
    expect(text).not.toContain('lost');
  });

  test.each([
    ['?types=PROCESS_STATE,NONE', '"NONE"'],
    ['?types=constructor', '"CONSTRUCTOR"'],
    ['?types=%00', '"\\u0000"'],
  ])('refuses %s', async (query, name) => {
    const { status, body } = await client(await serve()).ask(get(`/api/events${query}`));
    expect([status, JSON.parse(body)]).toEqual([400, { error: `There is no event type ${name}.` }]);
  });

  test('has a head alone for HEAD', async () => {
    const text = await client(await serve())
      .send('HEAD /api/events HTTP/1.0\r\n\r\n')
      .untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Content-Type: text\/event-stream\r\n[\s\S]*\r\n\r\n$/);
  });

  test.each(['/api/events/', '/api/', '/api/Events', '/api/%65vents2', '/api/../api/x'])(
    'is not at %s',
    async (path) => {
      const { status } = await client(await serve()).ask(get(path));
      expect(status).toBe(404);
    },
  );

  test('shows a user the events of its programs only', async () => {
    const server = await serve({
      groups: [group('web', [processConfig('web')]), group('db', [processConfig('db')])],
      users: [user('eyes', { role: 'read', programs: ['web'] })],
    });
    const stream = await subscribe(server, '', [as('eyes')]);
    publishExit(server.supervisor, 'db');
    publishExit(server.supervisor, 'web');
    expect(await stream.until((text) => text.includes('"web"'))).not.toContain('"db"');
  });

  test('does not keep the servers from closing', async () => {
    const server = await serve();
    const stream = await subscribe(server);
    await server.servers.close();
    await stream.untilClosed();
  });
});
