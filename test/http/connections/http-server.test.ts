import { describe, expect, test } from 'vitest';
import { get, methodCall, openedInTest, parseAnswer, post, startServer } from '../client.ts';

const { serve, client } = openedInTest();

const GET_STATE = methodCall('supervisor.getState');

describe('the server', () => {
  test('answers a call, with the headers of the reference and the connection left open', async () => {
    const connection = client(await serve());
    const { status, headers, body } = await connection.ask(post(GET_STATE));
    expect(status).toBe(200);
    expect([...headers.keys()].sort()).toEqual(['content-length', 'content-type', 'date', 'server']);
    expect(headers.get('content-type')).toBe('text/xml');
    expect(headers.get('server')).toBe('Medusa/1.12');
    expect(body).toContain('<name>statename</name>\n<value><string>RUNNING</string></value>');
    expect((await connection.ask(post(GET_STATE))).status).toBe(200);
  });

  test('answers several requests that come at once, in order', async () => {
    const connection = client(await serve());
    connection.send(post(GET_STATE) + get('/nope') + post(methodCall('supervisor.getAPIVersion')));
    const text = await connection.until((received) => received.includes('3.0'));
    expect(text.match(/HTTP\/1\.1 \d+|statecode|3\.0/g)).toEqual([
      'HTTP/1.1 200',
      'statecode',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
      '3.0',
    ]);
  });

  test('keeps an HTTP/1.0 connection open only where it is asked to', async () => {
    const server = await serve();
    const plain = client(server);
    expect((await plain.ask(post(GET_STATE, [], '1.0'))).status).toBe(200);
    await plain.untilClosed();
    const kept = client(server);
    const first = await kept.ask(post(GET_STATE, ['Connection: keep-alive'], '1.0'));
    expect(first.headers.get('connection')).toBe('Keep-Alive');
    expect((await kept.ask(post(GET_STATE, [], '1.0'))).status).toBe(200);
  });

  test('closes where an HTTP/1.1 client asks for it', async () => {
    const connection = client(await serve());
    connection.send(post(GET_STATE, ['Connection: close']));
    expect(await connection.untilClosed()).toContain('statecode');
  });

  test('answers a client that has already sent all that it will send', async () => {
    const connection = client(await serve());
    connection.socket.end(post(GET_STATE));
    expect(await connection.untilClosed()).toContain('statecode');
  });

  const PAGE = (status: number, reason: string) =>
    [
      '<head>',
      '<title>Error response</title>',
      '</head>',
      '<body>',
      '<h1>Error response</h1>',
      `<p>Error code ${status}.`,
      `<p>Message: ${reason}.`,
      '</body>',
      '',
    ].join('\r\n');

  test.each([
    ['a body that is not a call', post('<a/>'), 400, 'Bad Request'],
    ['an empty body', post(''), 400, 'Bad Request'],
    [
      'a body that is not UTF-8',
      Buffer.from(post('<a>\u00e9</a>').replace('Length: 9', 'Length: 8'), 'latin1'),
      400,
      'Bad Request',
    ],
    ['GET where only POST makes sense', get('/RPC2'), 400, 'Bad Request'],
    ['POST where only GET makes sense', 'POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400, 'Bad Request'],
    ['a path that there is not', get('/nope%ff%zz'), 404, 'Not Found'],
    ['a call without a length', 'POST /RPC2 HTTP/1.1\r\n\r\n', 411, 'Length Required'],
    [
      'a call in chunks',
      'POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      411,
      'Length Required',
    ],
  ])('answers %s as the reference does', async (_, request, status, reason) => {
    const connection = client(await serve());
    const answer = await connection.ask(request);
    expect([answer.status, answer.body]).toEqual([status, PAGE(status, reason)]);
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect((await connection.ask(post(GET_STATE))).status).toBe(200);
  });

  test('answers HEAD without a body', async () => {
    const connection = client(await serve());
    connection.send('HEAD /nope HTTP/1.1\r\nConnection: close\r\n\r\n');
    const answer = parseAnswer(await connection.untilClosed());
    expect([answer.status, answer.headers.get('content-length'), answer.body]).toEqual([404, '134', '']);
  });

  test('takes any path that begins with /RPC2, with a query or encoded', async () => {
    const connection = client(await serve());
    for (const path of ['/RPC2', '/RPC2/', '/RPC2x?y', '/%52PC2']) {
      expect((await connection.ask(post(GET_STATE).replace('/RPC2', path))).status).toBe(200);
    }
  });

  test('logs a request that it cannot read, in the words of the reference', async () => {
    const server = await serve();
    const connection = client(server);
    await connection.ask(post("<a b='c'>"));
    await connection.ask(post('<methodCall/>'));
    expect(server.supervisor.log.lines.filter((line) => line.startsWith('error'))).toEqual([
      `error: XML-RPC request data "<a b='c'>" is invalid: unmarshallable`,
      "error: XML-RPC request data '<methodCall/>' is invalid: no method name",
    ]);
  });

  test('answers 500 to a call that fails in an unforeseen way, logs why, and goes on', async () => {
    const server = await serve();
    server.supervisor.process('p').onCheckCommand = () => {
      throw new TypeError('oops');
    };
    const connection = client(server);
    expect((await connection.ask(post(methodCall('supervisor.startProcess', 'p')))).status).toBe(500);
    expect(server.supervisor.log.lines.find((line) => line.startsWith('critical: Handling'))).toContain(
      'oops',
    );
    expect((await connection.ask(post(GET_STATE))).status).toBe(200);
  });
});

describe('what is too much', () => {
  test('is a body past the limit, refused before it has come', async () => {
    const connection = client(await serve({ maxBodyBytes: 1000 }));
    connection.send('POST /RPC2 HTTP/1.1\r\nContent-Length: 1001\r\n\r\n');
    expect(parseAnswer(await connection.untilClosed()).status).toBe(413);
  });

  test('is answered while the client is still sending', async () => {
    const connection = client(await serve({ maxBodyBytes: 1000 }));
    connection.send('POST /RPC2 HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n').send(Buffer.alloc(5_000_000));
    expect(parseAnswer(await connection.untilClosed()).status).toBe(413);
  });

  test('is not a body of just the limit', async () => {
    const connection = client(await serve({ maxBodyBytes: 1000 }));
    expect((await connection.ask(post(GET_STATE.padEnd(1000)))).status).toBe(200);
  });

  test('is a flood of headers', async () => {
    const connection = client(await serve());
    connection.send(`GET / HTTP/1.1\r\n${'X-Flood: 1234567890\r\n'.repeat(5000)}`);
    expect(parseAnswer(await connection.untilClosed()).status).toBe(400);
  });

  test('is a request that is not HTTP at all', async () => {
    const server = await serve();
    for (const bytes of [
      Buffer.from('GARBAGE\r\n\r\n'),
      Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256)),
    ]) {
      const connection = client(server);
      connection.send(bytes);
      expect(parseAnswer(await connection.untilClosed()).status).toBe(400);
    }
    expect((await client(server).ask(post(GET_STATE))).status).toBe(200);
  });
});

describe('a client', () => {
  test.each([
    ['sends nothing', ''],
    ['stops within the head', 'POST /RPC2 HTT'],
    ['stops within the body', 'POST /RPC2 HTTP/1.1\r\nContent-Length: 100\r\n\r\n<method'],
  ])('that %s is closed after its time', async (_, beginning) => {
    const connection = client(await serve({ patienceMs: 300 }));
    if (beginning) connection.send(beginning);
    await connection.untilClosed();
  });

  test('that is idle between requests, or waits for an answer, is left alone', async () => {
    const server = await serve({ patienceMs: 100 });
    const idle = client(server);
    await idle.ask(post(GET_STATE));
    const waiting = client(server);
    const answer = waiting.ask(post(methodCall('supervisor.startProcess', 'p')));
    const silent = client(server);
    await silent.untilClosed();
    await client(server).untilClosed();
    expect([idle.isClosed, waiting.isClosed]).toEqual([false, false]);
    server.supervisor.process('p').become('RUNNING');
    expect((await answer).body).toContain('<boolean>1</boolean>');
    expect((await idle.ask(post(GET_STATE))).status).toBe(200);
  });

  test('that goes away while it waits leaves nothing behind', async () => {
    const server = await serve();
    const process = server.supervisor.process('p');
    const started = new Promise<void>((resolve) => {
      const { onStart } = process;
      process.onStart = () => {
        onStart();
        resolve();
      };
    });
    const connection = client(server);
    connection.send(post(methodCall('supervisor.startProcess', 'p')));
    await started;
    connection.end();
    await expect.poll(() => process.listenerCount).toBe(0);
  });
});

describe('closing the server', () => {
  test('writes the answers in flight and drops clients that idle or wait', async () => {
    const server = await startServer();
    const [idle, waiting, called] = [client(server), client(server), client(server)];
    await idle.ask(post(GET_STATE));
    waiting.send(post(methodCall('supervisor.startProcess', 'p')));
    await expect.poll(() => server.supervisor.process('p').listenerCount).toBe(1);
    server.supervisor.process('p').spawnError = 'x'.repeat(5_000_000);
    called.send(post(methodCall('supervisor.getProcessInfo', 'p')));
    await called.until((text) => text.includes('200 OK'));
    await server.end();
    expect((await called.untilClosed()).slice(-18)).toBe('</methodResponse>\n');
    await idle.untilClosed();
    expect(await waiting.untilClosed()).toBe('');
  });
});
