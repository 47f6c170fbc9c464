/** Methods called with JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULT_CODES, type FaultName } from '../../../src/rpc/faults.ts';
import { FakeProcess, group, processConfig } from '../../rpc/fakes.ts';
import { type Answer, as, openedInTest, type TestServer, user } from '../client.ts';

const { serve, client, keep } = openedInTest();

const JSON_TYPE = 'Content-Type: application/json';

interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

function request(method: string, body: string | Buffer, headers: readonly string[] = [JSON_TYPE]): Buffer {
  const bytes = Buffer.from(body);
  const lines = [`POST /api/${method} HTTP/1.1`, ...headers, `Content-Length: ${bytes.length}`];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
}

function readAnswer({ status, headers, body }: Answer): ApiAnswer {
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('cache-control')).toBe('no-store');
  return { status, body: JSON.parse(body) };
}

/** Calls on a connection of its own. */
async function call(
  server: TestServer,
  method: string,
  body: string | Buffer | object = '',
  headers?: readonly string[],
): Promise<ApiAnswer> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return readAnswer(await client(server).ask(request(method, text, headers)));
}

const fault = (name: FaultName, detail = '') => ({
  fault: { code: FAULT_CODES[name], name, text: detail === '' ? name : `${name}: ${detail}` },
});

const GROUPS = [
  group('web', [processConfig('web_0'), processConfig('web_1')]),
  group('db', [processConfig('db')]),
];

describe('a call', () => {
  test('without a body has no arguments', async () => {
    const server = await serve();
    expect(await call(server, 'supervisor.getState')).toEqual({
      status: 200,
      body: { result: { statecode: 1, statename: 'RUNNING' } },
    });
    const bare = `POST /api/supervisor.getState HTTP/1.1\r\n${JSON_TYPE}\r\n\r\n`;
    expect(readAnswer(await client(server).ask(bare))).toMatchObject({ status: 200 });
  });

  test.each([
    ['by position', ['p', false]],
    ['by name', { name: 'p', wait: false }],
    ['by name in any order', { wait: 0, name: 'p:p' }],
  ])('has arguments %s', async (_, args) => {
    const server = await serve();
    expect(await call(server, 'supervisor.startProcess', args)).toEqual({
      status: 200,
      body: { result: true },
    });
    expect(server.supervisor.process('p').state).toBe('STARTING');
  });

  test('that waits is answered when the process has reached its state', async () => {
    const server = await serve();
    const waiting = client(server);
    const answer = waiting.ask(request('supervisor.startProcess', '{"name":"p"}'));
    // Another call on another connection: the daemon has read the first one.
    await expect.poll(() => server.supervisor.process('p').state).toBe('STARTING');
    expect(waiting.text).toBe('');
    server.supervisor.process('p').become('RUNNING');
    expect(readAnswer(await answer)).toEqual({ status: 200, body: { result: true } });
  });

  test('whose client disconnects leaves no listener behind', async () => {
    const server = await serve();
    const process = server.supervisor.process('p');
    const waiting = client(server).send(request('supervisor.startProcess', '{"name":"p"}'));
    await expect.poll(() => process.listenerCount).toBe(1);
    waiting.end();
    await expect.poll(() => process.listenerCount).toBe(0);
  });

  test('of several on one connection is answered in its turn', async () => {
    const server = await serve();
    const connection = client(server).send(
      Buffer.concat([request('supervisor.getState', ''), request('supervisor.getIdentification', '[]')]),
    );
    const text = await connection.until((got) => got.includes('"result":"supervisor"'));
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  test('of getAllProcessInfo answers what getProcessInfo does', async () => {
    const server = await serve({ groups: GROUPS });
    const { body } = await call(server, 'supervisor.getAllProcessInfo');
    const { result } = body as { result: { name: string; now: number }[] };
    expect(result.map(({ name }) => name)).toEqual(['db', 'web_0', 'web_1']);
    const one = await call(server, 'supervisor.getProcessInfo', ['db']);
    expect(one.body).toEqual({ result: { ...result[0], now: expect.any(Number) } });
  });

  test('of several methods has their results and faults', async () => {
    const server = await serve();
    const calls = [
      { methodName: 'supervisor.getState', params: [] },
      { methodName: 'supervisor.getProcessInfo', params: ['none'] },
      { methodName: 'supervisor.getAllProcessInfo' },
    ];
    expect(await call(server, 'system.multicall', { calls })).toMatchObject({
      status: 200,
      body: {
        result: [
          { statename: 'RUNNING' },
          { faultCode: 10, faultString: 'BAD_NAME: none' },
          [{ name: 'p', statename: 'STOPPED' }],
        ],
      },
    });
  });

  test('shows bytes of a log that are not UTF-8 as U+FFFD, and control characters as they are', async () => {
    const server = await serve();
    const file = join(server.folder, 'p.log');
    writeFileSync(file, Buffer.from('\x1b[31mred\0 \xff\xc3\xa4\n', 'latin1'));
    server.supervisor.process('p').stdoutLogfile = file;
    expect(await call(server, 'supervisor.readProcessStdoutLog', ['p', 0, 0])).toEqual({
      status: 200,
      body: { result: '\x1b[31mred\0 \ufffdä\n' },
    });
  });
});

describe('a fault', () => {
  test.each<[string, unknown, number, object]>([
    ['supervisor.none', [], 404, fault('UNKNOWN_METHOD')],
    ['', [], 404, fault('UNKNOWN_METHOD')],
    ['supervisor.getState/', [], 404, fault('UNKNOWN_METHOD')],
    ['constructor', [], 404, fault('UNKNOWN_METHOD')],
    ['supervisor.getProcessInfo', [], 400, fault('INCORRECT_PARAMETERS')],
    ['supervisor.getProcessInfo', {}, 400, fault('INCORRECT_PARAMETERS', 'missing parameter name')],
    [
      'supervisor.getProcessInfo',
      { name: 'p', size: 1 },
      400,
      fault('INCORRECT_PARAMETERS', 'unknown parameter size'),
    ],
    ['supervisor.getProcessInfo', [5], 400, fault('INCORRECT_PARAMETERS')],
    ['supervisor.getProcessInfo', [['p']], 400, fault('INCORRECT_PARAMETERS')],
    ['supervisor.getProcessInfo', [{ name: 'p' }], 400, fault('INCORRECT_PARAMETERS')],
    ['supervisor.getProcessInfo', [null], 400, fault('INCORRECT_PARAMETERS')],
    ['supervisor.getProcessInfo', ['none'], 404, fault('BAD_NAME', 'none')],
    ['supervisor.signalProcess', { name: 'p', signal: 'NONE' }, 400, fault('BAD_SIGNAL', 'NONE')],
    ['supervisor.stopProcess', ['p'], 409, fault('NOT_RUNNING', 'p')],
    ['system.methodHelp', ['none'], 404, fault('SIGNATURE_UNSUPPORTED')],
  ])('of %s with %j has a status', async (method, args, status, body) => {
    const server = await serve();
    expect(await call(server, method, args as object)).toEqual({ status, body });
  });

  test('of a daemon that shuts down is 503', async () => {
    const server = await serve();
    server.supervisor.shutdown();
    expect(await call(server, 'supervisor.getAllProcessInfo')).toEqual({
      status: 503,
      body: fault('SHUTDOWN_STATE'),
    });
  });
});

describe('a request that calls no method', () => {
  test.each([
    ['no JSON', '{"name":', 400],
    ['one value', '"p"', 400],
    ['not UTF-8', Buffer.from('["\xff"]', 'latin1'), 400],
    ['a thousand brackets', '['.repeat(1000), 400],
  ])('as its body is %s', async (_, body, status) => {
    const server = await serve();
    const answer = await call(server, 'supervisor.startProcess', body);
    expect(answer).toEqual({ status, body: { error: expect.stringMatching(/^The body is .*\.$/) } });
    expect(server.supervisor.process('p').state).toBe('STOPPED');
  });

  test.each([
    ['no type', []],
    ['a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['text', ['Content-Type: text/plain; a=application/json']],
    ['XML', ['Content-Type: text/xml']],
    ['another JSON', ['Content-Type: application/jsonp']],
  ])('as its type is %s', async (_, headers) => {
    const server = await serve();
    expect(await call(server, 'supervisor.startProcess', ['p'], headers)).toMatchObject({ status: 415 });
    expect(server.supervisor.process('p').state).toBe('STOPPED');
  });

  test('as its type needs no more than this', async () => {
    const server = await serve();
    const headers = ['Content-Type: Application/JSON; charset=utf-8'];
    expect(await call(server, 'supervisor.getState', '', headers)).toMatchObject({ status: 200 });
  });

  test.each([
    ['by its Origin', ['Host: localhost', 'Origin: https://evil.example']],
    ['by Sec-Fetch-Site', ['Host: localhost', 'Sec-Fetch-Site: cross-site']],
  ])('as a page of another site sends it: %s', async (_, headers) => {
    const server = await serve();
    const { status } = await client(server).ask(
      request('supervisor.startProcess', '["p"]', [JSON_TYPE, ...headers]),
    );
    expect([status, server.supervisor.process('p').state]).toEqual([403, 'STOPPED']);
  });

  test('as it is larger than max_body_bytes, before its body is read', async () => {
    const server = await serve({ maxBodyBytes: 1000 });
    const head = `POST /api/supervisor.getState HTTP/1.1\r\n${JSON_TYPE}\r\nContent-Length: 1001\r\n\r\n`;
    const answer = await client(server).ask(head);
    expect(answer.headers.get('connection')).toBe('close');
    expect(readAnswer(answer)).toEqual({
      status: 413,
      body: { error: 'The body is larger than 1000 bytes (max_body_bytes).' },
    });
    expect(await call(server, 'supervisor.getState', '[]'.padEnd(1000))).toMatchObject({ status: 200 });
  });

  test('as it comes in chunks', async () => {
    const server = await serve();
    const text = `POST /api/supervisor.getState HTTP/1.1\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`;
    expect(readAnswer(await client(server).ask(text))).toMatchObject({ status: 411 });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('as it is a %s', async (verb) => {
    const server = await serve();
    const text = await client(server)
      .send(`${verb} /api/supervisor.getState HTTP/1.0\r\n${JSON_TYPE}\r\n\r\n`)
      .untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    expect(text).toContain('\r\nAllow: POST\r\n');
    expect(text).not.toMatch(/access-control/i);
  });

  test('as only half of it comes', async () => {
    const server = await serve();
    const half = client(server).send(request('supervisor.startProcess', '["p"]').subarray(0, -2));
    half.socket.end();
    expect(await half.untilClosed()).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.supervisor.process('p').state).toBe('STOPPED');
  });
});

describe('the rights of a user', () => {
  const users = [
    user('eyes', { role: 'read' }),
    user('webmaster', { role: 'operate', programs: ['web_*'] }),
    user('boss', { role: 'admin' }),
  ];
  const ask = async (name: string, method: string, args: object) => {
    const server = await serve({ groups: GROUPS, users, audit: true });
    return { server, answer: await call(server, method, args, [JSON_TYPE, as(name)]) };
  };

  test.each([
    ['eyes', 'supervisor.getProcessInfo', ['db'], 200],
    ['eyes', 'supervisor.startProcess', ['db'], 403],
    ['eyes', 'supervisor.startProcess', { name: 'db' }, 403],
    ['webmaster', 'supervisor.startProcess', { wait: false, name: 'web:web_0' }, 200],
    ['webmaster', 'supervisor.startProcess', { wait: false, name: 'db' }, 403],
    ['webmaster', 'supervisor.getProcessInfo', { name: 'db' }, 403],
    ['webmaster', 'supervisor.shutdown', {}, 403],
    ['boss', 'supervisor.startProcess', { wait: false, name: 'db' }, 200],
  ])('%s calls %s %j', async (name, method, args, status) => {
    const { answer } = await ask(name, method, args);
    expect(answer.status).toBe(status);
  });

  test('are the reason of a refusal, in one sentence, and the audit has it', async () => {
    const { server, answer } = await ask('eyes', 'supervisor.startProcess', { name: 'db' });
    const reason = "User 'eyes' has the role read, and supervisor.startProcess needs the role operate.";
    expect(answer).toEqual({ status: 403, body: { error: reason } });
    expect(server.supervisor.log.lines.join('\n')).toContain(
      `user 'eyes': supervisor.startProcess refused: ${reason}`,
    );
  });

  test('limit what a list has', async () => {
    const { answer } = await ask('webmaster', 'supervisor.getAllProcessInfo', {});
    expect(answer.body).toMatchObject({ result: [{ name: 'web_0' }, { name: 'web_1' }] });
  });

  test('are none without a login', async () => {
    const server = await serve({ users, credentials: { username: 'root', password: 'secret' } });
    expect((await client(server).ask(request('supervisor.getState', ''))).status).toBe(401);
  });

  test('that are used are in the audit, with arguments by position', async () => {
    const { server } = await ask('boss', 'supervisor.sendProcessStdin', { chars: 'secret', name: 'db' });
    const [line = ''] = server.supervisor.log.lines.filter((each) => each.includes('audit: '));
    expect(line).toContain("user 'boss': supervisor.sendProcessStdin('db', <6 bytes>): NOT_RUNNING");
  });
});

describe('a plugin', () => {
  const served = async (object: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-api-plugin-'));
    keep({ end: () => rmSync(folder, { recursive: true }) });
    const path = join(folder, 'plugin.mjs');
    writeFileSync(path, `export const make = (supervisor) => (${object});`);
    return serve({
      rpcInterfaces: [
        {
          name: 'mine',
          factory: `${path}:make`,
          options: {},
          plugin: { text: `${path}:make`, path, exportName: 'make' },
        },
      ],
    });
  };

  test('has methods with arguments and results of all types', async () => {
    const server = await served(`{
      echo: Object.assign((...all) => all, { parameters: [
        { name: 'first', type: 'any' }, { name: 'second', type: 'any', optional: true },
      ] }),
      values: () => ({ date: new Date(0), bytes: new Uint8Array([1, 2, 255]), large: 2 ** 40, list: [true] }),
    }`);
    expect(await call(server, 'mine.echo', { first: { deep: [1, 'x'] } })).toEqual({
      status: 200,
      body: { result: [{ deep: [1, 'x'] }] },
    });
    expect(await call(server, 'mine.values')).toEqual({
      status: 200,
      body: { result: { date: '1970-01-01T00:00:00.000Z', bytes: 'AQL/', large: 2 ** 40, list: [true] } },
    });
  });

  test('has faults of its own', async () => {
    const server = await served(`{ no: () => { throw supervisor.fault(1234, 'NOT_TODAY'); } }`);
    expect(await call(server, 'mine.no')).toEqual({
      status: 422,
      body: { fault: { code: 1234, name: null, text: 'NOT_TODAY' } },
    });
  });
});

test('an error of the daemon itself is 500, and the main log has it', async () => {
  const server = await serve();
  server.supervisor.process('p').onStart = () => {
    throw new TypeError('broken');
  };
  expect(server.supervisor.process('p')).toBeInstanceOf(FakeProcess);
  expect(await call(server, 'supervisor.startProcess', ['p'])).toEqual({
    status: 500,
    body: { error: 'An internal error, which the main log has.' },
  });
  expect(server.supervisor.log.lines.join('\n')).toMatch(
    /critical: Handling the API request for supervisor\.startProcess raised .*TypeError: broken/,
  );
});
