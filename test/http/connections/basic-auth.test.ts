import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { authorize } from '../../../src/http/connections/basic-auth.ts';
import { get, methodCall, post, RawClient, startServer, type TestServer } from '../client.ts';

const PLAIN = { username: 'user', password: 'pa:ss' };
const HASHED = { username: 'user', password: `{SHA}${createHash('sha1').update('pa:ss').digest('hex')}` };

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('a user', () => {
  test.each([
    [basic('user:pa:ss'), 'granted'],
    [basic('user:pa:ss').replace('Basic', 'bAsIc'), 'granted'],
    [basic('user:wrong'), 'denied'],
    [basic('user:'), 'denied'],
    [basic('other:pa:ss'), 'denied'],
    [basic('user'), 'denied'],
    [basic(`user:${HASHED.password}`), 'denied'],
    [undefined, 'denied'],
    ['', 'denied'],
    ['Basic', 'denied'],
    ['Digest username="user"', 'denied'],
    ['Basic abc', 'malformed'],
    ['Basic /w==', 'malformed'],
  ])('with %j is %s', (header, outcome) => {
    expect(authorize(header, [PLAIN])).toBe(outcome === 'granted' ? PLAIN : outcome);
    expect(authorize(header, [HASHED])).toBe(outcome === 'granted' ? HASHED : outcome);
  });
});

describe('a server with a user', () => {
  let server: TestServer | undefined;
  afterEach(async () => await server?.end());

  test('refuses every path without credentials', async () => {
    server = await startServer({ credentials: HASHED });
    for (const request of [
      get('/RPC2'),
      get('/logtail/p'),
      get('/mainlogtail'),
      get('/'),
      post(methodCall('a.b')),
    ]) {
      const connection = new RawClient(server.file);
      const { status, headers } = await connection.ask(request);
      expect([status, headers.get('www-authenticate'), headers.get('connection')]).toEqual([
        401,
        'Basic realm="default"',
        'close',
      ]);
      await connection.untilClosed();
    }
  });

  test.each([
    ['', '', true],
    ['', 'secret', true],
    ['user', '', false],
  ])('of the name "%s" and the password "%s" is open: %s', async (username, password, isOpen) => {
    server = await startServer({ credentials: { username, password } });
    expect((await new RawClient(server.file).ask(get('/ok.html'))).status).toBe(isOpen ? 200 : 401);
    expect(server.supervisor.log.lines.some((line) => line.includes('without any HTTP authentication'))).toBe(
      isOpen,
    );
    expect(server.supervisor.log.lines.some((line) => line.includes('its password is not checked'))).toBe(
      username === '' && password !== '',
    );
  });

  test('of a name with an empty password demands both', async () => {
    server = await startServer({ credentials: { username: 'user', password: '' } });
    const header = `Authorization: ${basic('user:')}`;
    expect((await new RawClient(server.file).ask(get('/ok.html', [header]))).status).toBe(200);
  });

  test('answers its user', async () => {
    server = await startServer({ credentials: HASHED });
    const connection = new RawClient(server.file);
    const header = `Authorization: ${basic('user:pa:ss')}`;
    expect((await connection.ask(post(methodCall('supervisor.getState'), [header]))).status).toBe(200);
    expect((await connection.ask(get('/nope', [header]))).status).toBe(404);
    expect((await connection.ask(get('/nope', ['Authorization: Basic abc']))).status).toBe(400);
    connection.end();
  });

  test('does not warn that it is open to all', async () => {
    server = await startServer({ credentials: PLAIN });
    expect(server.supervisor.log.lines).toEqual(["info: RPC interface 'supervisor' initialized"]);
  });
});
