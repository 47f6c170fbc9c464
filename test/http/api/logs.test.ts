import { appendFileSync, readdirSync, readlinkSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { group, processConfig } from '../../rpc/fakes.ts';
import { as, get, openedInTest, type RawClient, type TestServer, user } from '../client.ts';

const { serve, client } = openedInTest();

let server: TestServer;
let log: string;

beforeEach(async () => {
  server = await serve({ groups: [group('web', [processConfig('web_0'), processConfig('web_1')])] });
  log = join(server.folder, 'web.log');
  server.supervisor.process('web_0', 'web').stdoutLogfile = log;
});

interface LogAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** A request of HTTP/1.0, whose answer ends with its connection. */
async function ask(path: string, headers: readonly string[] = [], verb = 'GET'): Promise<LogAnswer> {
  const connection = client(server).send(
    [`${verb} /api/logs/${path} HTTP/1.0`, ...headers, '', ''].join('\r\n'),
  );
  const chunks: Buffer[] = [];
  connection.socket.on('data', (bytes: Buffer) => chunks.push(bytes));
  await connection.untilClosed();
  return parse(Buffer.concat(chunks));
}

function parse(all: Buffer): LogAnswer {
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...lines] = all.toString('latin1', 0, end).split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  return { status: Number(first.split(' ')[1]), headers, bytes: all.subarray(end + 4) };
}

/** The body as text, and from where to where in the file it is. */
function shown({ status, headers, bytes }: LogAnswer) {
  return {
    status,
    text: bytes.toString('latin1'),
    offset: Number(headers.get('x-log-offset')),
    size: Number(headers.get('x-log-size')),
  };
}

const errorOf = ({ status, bytes }: LogAnswer) => [status, JSON.parse(bytes.toString())];

/** The descriptors of this process that lead to a path. */
function opened(path: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

describe('a part of a log', () => {
  test.each([
    ['', '0123456789', 0],
    ['?offset=4', '456789', 4],
    ['?offset=4&length=3', '456', 4],
    ['?length=3', '012', 0],
    ['?offset=-3', '789', 7],
    ['?offset=-3&length=2', '78', 7],
    ['?offset=-100', '0123456789', 0],
    ['?offset=10', '', 10],
    ['?offset=999999999999', '', 10],
    ['?length=0', '', 0],
    ['?length=999999999999999', '0123456789', 0],
    ['?follow=0&backup=0', '0123456789', 0],
  ])('%s', async (query, text, offset) => {
    writeFileSync(log, '0123456789');
    expect(shown(await ask(`web:web_0/stdout${query}`))).toEqual({ status: 200, text, offset, size: 10 });
  });

  test('has the bytes of the file, whatever they are', async () => {
    const bytes = Buffer.from([...Array(256).keys()]);
    writeFileSync(log, bytes);
    const answer = await ask('web:web_0/stdout');
    expect(answer.bytes.equals(bytes)).toBe(true);
    expect(answer.headers.get('content-type')).toBe('text/plain;charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('is whole also where it is much larger than what is held in memory', async () => {
    const bytes = Buffer.alloc(5_000_000, 'line of a log\n');
    writeFileSync(log, bytes);
    const answer = await ask('web:web_0/stdout?offset=7');
    expect(answer.bytes.equals(bytes.subarray(7))).toBe(true);
    expect(opened(log)).toEqual([]);
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('is chosen with Range: %s', async (range, text, contentRange) => {
    writeFileSync(log, '0123456789');
    const answer = await ask('web:web_0/stdout', [`Range: ${range}`]);
    expect([answer.status, answer.bytes.toString(), answer.headers.get('content-range')]).toEqual([
      206,
      text,
      contentRange,
    ]);
  });

  test.each(['bytes=10-', 'bytes=-0', 'bytes=50-60'])('that is not there is 416: %s', async (range) => {
    writeFileSync(log, '0123456789');
    const answer = await ask('web:web_0/stdout', [`Range: ${range}`]);
    expect(errorOf(answer)).toEqual([416, { error: 'The log has 10 bytes.' }]);
    expect(answer.headers.get('content-range')).toBe('bytes */10');
    expect(opened(log)).toEqual([]);
  });

  test.each(['bytes=', 'bytes=4-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b', 'bytes=-'])(
    'is the whole log for a Range that cannot be used: %s',
    async (range) => {
      writeFileSync(log, '0123456789');
      expect(shown(await ask('web:web_0/stdout', [`Range: ${range}`]))).toMatchObject({
        status: 200,
        text: '0123456789',
      });
    },
  );

  test('has its length in the head, and is cut off where the file becomes shorter meanwhile', async () => {
    writeFileSync(log, '0123456789');
    expect((await ask('web:web_0/stdout?offset=4')).headers.get('content-length')).toBe('6');
    writeFileSync(log, Buffer.alloc(8_000_000, 'line\n'));
    const slow = client(server);
    slow.socket.pause();
    slow.send(get('/api/logs/web:web_0/stdout'));
    await expect.poll(() => opened(log)).toHaveLength(1);
    truncateSync(log);
    slow.socket.resume();
    const text = await slow.untilClosed();
    expect(text).toContain('Content-Length: 8000000\r\n');
    expect(text.length).toBeLessThan(8_000_000);
  });

  test('has a head alone for HEAD', async () => {
    writeFileSync(log, '0123456789');
    expect(shown(await ask('web:web_0/stdout?offset=-4', [], 'HEAD'))).toEqual({
      status: 200,
      text: '',
      offset: 6,
      size: 10,
    });
    expect(shown(await ask('web:web_0/stdout?follow=1', [], 'HEAD'))).toMatchObject({ text: '', offset: 10 });
    expect(opened(log)).toEqual([]);
  });

  test('closes its file when the client disconnects', async () => {
    writeFileSync(log, Buffer.alloc(20_000_000));
    const connection = client(server).send('GET /api/logs/web:web_0/stdout HTTP/1.1\r\n\r\n');
    connection.socket.pause();
    await expect.poll(() => opened(log)).toHaveLength(1);
    connection.end();
    await expect.poll(() => opened(log)).toEqual([]);
  });
});

describe('which log', () => {
  test('stderr has a path of its own', async () => {
    const file = join(server.folder, 'err.log');
    writeFileSync(file, 'errors');
    server.supervisor.process('web_0', 'web').stderrLogfile = file;
    expect(shown(await ask('web:web_0/stderr')).text).toBe('errors');
    expect(shown(await ask('web%3Aweb_0/stderr')).text).toBe('errors');
  });

  test('the main log is that of supervisord', async () => {
    const file = join(server.folder, 'main.log');
    writeFileSync(file, 'main');
    server.supervisor.log.file = file;
    expect(shown(await ask('supervisord?offset=-2')).text).toBe('in');
    server.supervisor.log.file = null;
    expect(errorOf(await ask('supervisord'))).toEqual([404, { error: 'The main log is not a file.' }]);
  });

  test.each([
    'web:none/stdout',
    'none/stdout',
    'web/stdout',
    'web:*/stdout',
    'web:web_1/stdout',
    'web:web_0/stderr',
    'web:web_0/stdout',
    'supervisord/stdout',
    '../../etc/passwd/stdout',
    'constructor/stdout',
  ])('%s, which does not exist, is 404', async (path) => {
    expect(errorOf(await ask(path))[0]).toBe(404);
  });

  test.each(['', 'web:web_0', 'web:web_0/', 'web:web_0/stdin', '/stdout', 'stdout', 'supervisord/'])(
    '%j is not the path of a log',
    async (path) => {
      const [status, body] = errorOf(await ask(path));
      expect([status, body]).toEqual([
        404,
        { error: 'The path of a log is NAME/stdout, NAME/stderr or supervisord.' },
      ]);
    },
  );

  test('that is not a regular file is not opened', async () => {
    server.supervisor.process('web_0', 'web').stdoutLogfile = '/dev/tty';
    expect(errorOf(await ask('web:web_0/stdout'))[0]).toBe(404);
    server.supervisor.process('web_0', 'web').stdoutLogfile = server.folder;
    expect(errorOf(await ask('web:web_0/stdout'))[0]).toBe(404);
  });

  test.each([
    '?offset=x',
    '?offset=1.5',
    '?offset=1e3',
    '?offset=',
    '?length=-1',
    '?length=0x10',
    '?follow=yes',
    '?backup=-1',
    '?backup=../x',
    '?follow=1&length=5',
    '?follow=1&backup=1',
  ])('cannot be asked for with %s', async (query) => {
    writeFileSync(log, '0123456789');
    expect(errorOf(await ask(`web:web_0/stdout${query}`))[0]).toBe(400);
  });
});

describe('a rotated log', () => {
  test('is a part of its own', async () => {
    writeFileSync(log, 'new');
    writeFileSync(`${log}.1`, 'older');
    writeFileSync(`${log}.2.gz`, gzipSync('oldest'));
    const newest = await ask('web:web_0/stdout');
    expect([newest.headers.get('x-log-backups'), newest.bytes.toString()]).toEqual(['2', 'new']);
    expect(shown(await ask('web:web_0/stdout?backup=1&offset=-2'))).toEqual({
      status: 200,
      text: 'er',
      offset: 3,
      size: 5,
    });
    expect(errorOf(await ask('web:web_0/stdout?backup=3'))[0]).toBe(404);
  });

  test('that is compressed is sent whole, as it is', async () => {
    writeFileSync(log, 'new');
    writeFileSync(`${log}.2.gz`, gzipSync('oldest'));
    for (const headers of [[], ['Range: bytes=2-3']]) {
      const answer = await ask('web:web_0/stdout?backup=2', headers);
      expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'gzip']);
      expect(gunzipSync(answer.bytes).toString()).toBe('oldest');
    }
    expect(errorOf(await ask('web:web_0/stdout?backup=2&offset=1'))).toEqual([
      400,
      { error: 'A compressed log is sent whole.' },
    ]);
    expect(opened(`${log}.2.gz`)).toEqual([]);
  });

  test('is recognised by the name of its file', async () => {
    writeFileSync(log, 'old');
    const before = await ask('web:web_0/stdout');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'new');
    const after = await ask('web:web_0/stdout');
    expect(after.headers.get('x-log-file')).not.toBe(before.headers.get('x-log-file'));
    const backup = await ask('web:web_0/stdout?backup=1');
    expect(backup.headers.get('x-log-file')).toBe(before.headers.get('x-log-file'));
  });
});

describe('a log that is followed', () => {
  /** What follows the head of an answer that goes on. */
  const follow = async (query: string) => {
    const stream = client(server).send(`GET /api/logs/web:web_0/stdout?follow=1${query} HTTP/1.0\r\n\r\n`);
    const head = await stream.until((text) => text.includes('\r\n\r\n'));
    return { stream, head, offset: /X-Log-Offset: (\d+)/.exec(head)?.[1] };
  };
  const has = async (stream: RawClient, body: string) =>
    expect(await stream.until((text) => text.endsWith(`\r\n\r\n${body}`))).toContain(body);

  test.each([
    ['', '', '10'],
    ['&offset=-4', '6789', '6'],
    ['&offset=8', '89', '8'],
    ['&offset=0', '0123456789', '0'],
    ['&offset=500', '', '10'],
  ])('begins at its offset: %s', async (query, beginning, offset) => {
    writeFileSync(log, '0123456789');
    const following = await follow(query);
    expect(following.offset).toBe(offset);
    appendFileSync(log, 'more');
    await has(following.stream, `${beginning}more`);
  });

  test('goes on across rotation and truncation', async () => {
    writeFileSync(log, 'one\n');
    const { stream } = await follow('&offset=0');
    await has(stream, 'one\n');
    appendFileSync(log, 'two\n');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'three\n');
    await has(stream, 'one\ntwo\nthree\n');
    truncateSync(log);
    await has(stream, 'one\ntwo\nthree\n==> File truncated <==\n');
  });

  test.each([
    [
      'rotated',
      () => {
        renameSync(log, `${log}.1`);
        writeFileSync(log, 'three\n');
      },
    ],
    ['truncated', () => truncateSync(log)],
  ])('until its file ends, is complete when that is %s', async (_how, end) => {
    writeFileSync(log, 'one\n');
    const connection = client(server).send(get('/api/logs/web:web_0/stdout?follow=file&offset=0'));
    await connection.until((text) => text.includes('one\n'));
    appendFileSync(log, 'two\n');
    await connection.until((text) => text.includes('two\n'));
    end();
    // The last chunk: the answer is whole.
    expect(await connection.until((text) => text.endsWith('\r\n0\r\n\r\n'))).not.toContain('three');
    await expect.poll(() => opened(log)).toEqual([]);
  });

  test('is waited for where it does not exist yet', async () => {
    const { stream, offset } = await follow('');
    expect(offset).toBe('0');
    writeFileSync(log, 'first');
    await has(stream, 'first');
  });

  test('is closed with its client', async () => {
    writeFileSync(log, 'x');
    const { stream } = await follow('&offset=0');
    await has(stream, 'x');
    expect(opened(log)).toHaveLength(1);
    stream.end();
    await expect.poll(() => opened(log)).toEqual([]);
  });
});

describe('the rights of a user', () => {
  test.each([
    ['eyes', 'web:web_0/stdout', 200],
    ['eyes', 'supervisord', 200],
    ['one', 'web:web_0/stdout', 200],
    ['one', 'web:web_0/stdout?follow=1', 200],
    ['one', 'web:web_1/stdout', 403],
    ['one', 'web:none/stdout', 403],
    ['one', 'supervisord', 403],
    ['one', 'supervisord?follow=1', 403],
  ])('%s reads %s', async (name, path, status) => {
    server.supervisor.config = {
      ...server.supervisor.config,
      users: [user('eyes', { role: 'read' }), user('one', { role: 'admin', programs: ['web_0'] })],
    };
    writeFileSync(log, 'x');
    server.supervisor.log.file = log;
    const text = await client(server)
      .send(`GET /api/logs/${path} HTTP/1.0\r\n${as(name)}\r\n\r\n`)
      .until((got) => got.includes('\r\n\r\n'));
    expect(Number(text.split(' ')[1])).toBe(status);
  });
});
