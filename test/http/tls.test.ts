/** An inet server with a certificate. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectPlainly, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../compat/harness/ports.ts';
import { waitUntil } from '../../compat/harness/wait.ts';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import { INET_SERVER_OPTIONS } from '../../src/config/tables/server-options.ts';
import type { InetServerConfig } from '../../src/config/types.ts';
import { type HttpServers, type HttpServersOptions, openHttpServers } from '../../src/http/servers.ts';
import { type Authority, type KeyPair, makeAuthority } from '../certificates.ts';
import { FakeSupervisor, group, processConfig } from '../rpc/fakes.ts';
import { get, methodCall, parseAnswer, post } from './client.ts';

const GET_STATE = post(methodCall('supervisor.getState'), ['Connection: close']);

let authority: Authority;
let pair: KeyPair;
let opened: {
  readonly servers: HttpServers;
  readonly supervisor: FakeSupervisor;
  readonly port: number;
} | null = null;
const sockets: Socket[] = [];

beforeAll(() => {
  authority = makeAuthority();
  pair = authority.issue('server');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await opened?.servers.close();
  opened = null;
});
afterAll(() => authority.remove());

function file(path: string): { path: string; text: string; isPublic: boolean } {
  return { path, text: readFileSync(path, 'utf8'), isPublic: false };
}

async function serve(changes: Partial<InetServerConfig> = {}, options: HttpServersOptions = {}) {
  const port = await freePort();
  const config: InetServerConfig = {
    ...defaultConfig(INET_SERVER_OPTIONS),
    kind: 'inet',
    section: 'inet_http_server',
    host: '127.0.0.1',
    port,
    certFile: file(pair.cert),
    keyFile: file(pair.key),
    ...changes,
  };
  const many = Array.from({ length: 3000 }, (_, index) => processConfig(`p${index}`));
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')]), group('many', many)], [config]);
  const servers = await openHttpServers(supervisor, options);
  opened = { servers, supervisor, port };
  return opened;
}

/** Sends a request and returns what comes until the server closes. */
function ask(port: number, request: string, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = secure(port, options);
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(text));
    socket.write(request);
  });
}

function secure(port: number, options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(authority.cert), ...options });
  sockets.push(socket);
  return socket;
}

function identity({ cert, key }: KeyPair): ConnectionOptions {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

const run = promisify(execFile);

describe('a server with a certificate', () => {
  test('answers over TLS', async () => {
    const { port } = await serve();
    const { status, body } = parseAnswer(await ask(port, GET_STATE));
    expect([status, body.includes('RUNNING')]).toEqual([200, true]);
  });

  test('answers curl, which verifies the certificate', async () => {
    const { port } = await serve();
    const url = `https://127.0.0.1:${port}/ok.html`;
    const { stdout } = await run('curl', ['-s', '--cacert', authority.cert, url, url]);
    expect(stdout).toBe('OKOK');
    await expect(run('curl', ['-s', url])).rejects.toMatchObject({ code: 60 });
  });

  test('shows openssl its certificate, and speaks TLS 1.2 and 1.3 only', async () => {
    const { port } = await serve();
    const client = (...options: string[]) =>
      run('sh', [
        '-c',
        `openssl s_client -connect 127.0.0.1:${port} -CAfile ${authority.cert} ${options.join(' ')} </dev/null`,
      ]);
    for (const version of ['-tls1_2', '-tls1_3']) {
      expect((await client(version)).stdout).toMatch(/Verify return code: 0 \(ok\)/);
    }
    await expect(client('-tls1_1')).rejects.toThrow();
  });

  test('does not answer plain HTTP', async () => {
    const { port, servers } = await serve();
    await expect(run('curl', ['-s', `http://127.0.0.1:${port}/ok.html`])).rejects.toMatchObject({
      code: expect.any(Number),
    });
    expect(servers.isQuiet).toBe(true);
  });

  test('sends several requests of one connection their answers in order', async () => {
    const { port } = await serve();
    const text = await ask(port, get('/ok.html') + get('/nope') + GET_STATE);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  test('sends a large answer whole, also to a client that reads slowly', async () => {
    const { port } = await serve();
    const socket = secure(port);
    socket.write(post(methodCall('supervisor.getAllProcessInfo'), ['Connection: close']));
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      socket.pause();
      setImmediate(() => socket.resume());
    });
    await new Promise((resolve) => socket.on('end', resolve));
    const { headers, body } = parseAnswer(text);
    expect(body.length).toBeGreaterThan(2_000_000);
    expect(Buffer.byteLength(body)).toBe(Number(headers.get('content-length')));
  });

  test('sends a browser back to the page over TLS', async () => {
    const { port } = await serve();
    const request = get('/?action=refresh', [`Host: localhost:${port}`, 'Connection: close']);
    const { headers } = parseAnswer(await ask(port, request));
    expect(headers.get('location')).toMatch(new RegExp(`^https://localhost:${port}/\\?message=`));
  });

  test('follows a log, and forgets the client that disconnects', async () => {
    const { port, supervisor, servers } = await serve();
    const log = join(authority.folder, 'p.log');
    writeFileSync(log, 'hello\n');
    supervisor.process('p').stdoutLogfile = log;
    const socket = secure(port);
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.write(get('/logtail/p'));
    await waitUntil('the log', () => text.includes('hello'), 60);
    writeFileSync(log, 'hello\nworld\n');
    await waitUntil('what was added', () => text.includes('world'), 60);
    socket.end();
    await new Promise((resolve) => socket.on('close', resolve));
    await waitUntil('the client is forgotten', () => servers.isQuiet, 60);
  });

  test('cancels what waits for a client whose connection breaks', async () => {
    const { port, supervisor } = await serve();
    const plain = connectPlainly({ port, host: '127.0.0.1' });
    const socket = secure(port, { socket: plain });
    socket.on('error', () => {});
    socket.write(post(methodCall('supervisor.startProcess', 'p')));
    await waitUntil('the call', () => supervisor.process('p').listenerCount > 0, 60);
    plain.resetAndDestroy();
    await waitUntil('the end of the call', () => supervisor.process('p').listenerCount === 0, 60);
  });

  test('names the address of a client in the audit', async () => {
    const { port, supervisor } = await serve();
    supervisor.config = { ...supervisor.config, daemon: { ...supervisor.config.daemon, audit: true } };
    await ask(port, post(methodCall('supervisor.shutdown'), ['Connection: close']));
    expect(supervisor.log.lines.find((line) => line.includes('audit'))).toMatch(
      /^info: audit: 127\.0\.0\.1:\d+: supervisor\.shutdown\(\): ok$/,
    );
  });
});

describe('a client', () => {
  /** One that does not begin with TLS. */
  function silent(port: number): Socket {
    const socket = connectPlainly({ port, host: '127.0.0.1' });
    sockets.push(socket);
    return socket;
  }

  test('that does not finish the handshake is closed in time', async () => {
    const { port } = await serve({}, { patienceMs: 200 });
    await new Promise((resolve) => silent(port).on('close', resolve).resume());
  });

  test('that disconnects in the handshake is forgotten at once', async () => {
    const { port } = await serve();
    const socket = silent(port);
    await new Promise((resolve) => socket.on('close', resolve).resume().end());
  });

  test('that has ended its side still gets the answer that it waits for', async () => {
    const { port, supervisor } = await serve();
    const process = supervisor.process('p');
    const plain = connectPlainly({ port, host: '127.0.0.1', allowHalfOpen: true });
    const socket = secure(port, { socket: plain });
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.end(post(methodCall('supervisor.startProcess', 'p'), ['Connection: close']));
    await waitUntil('the call', () => process.listenerCount > 0, 60);
    process.become('RUNNING');
    await new Promise((resolve) => socket.on('end', resolve));
    expect(parseAnswer(text)).toMatchObject({ status: 200, body: expect.stringContaining('<boolean>1<') });
  });

  test('that connects where no place is left takes that of an unfinished handshake', async () => {
    const { port } = await serve({}, { openFiles: 0 });
    for (let count = 0; count < 40; count += 1) {
      await new Promise((resolve) => silent(port).on('connect', resolve));
    }
    expect(parseAnswer(await ask(port, GET_STATE)).status).toBe(200);
  });
});

describe('a server that asks for certificates of clients', () => {
  test('answers a client with a certificate of its authorities, and no other', async () => {
    const { port, supervisor } = await serve({ caFile: file(authority.cert) });
    const stranger = makeAuthority('stranger');
    try {
      const own = identity(authority.issue('client'));
      expect(parseAnswer(await ask(port, GET_STATE, own)).status).toBe(200);
      // In TLS 1.3 a client learns of its refusal after its own handshake: by an alert, or the end.
      for (const options of [{}, identity(stranger.issue('other'))]) {
        expect(await ask(port, GET_STATE, options).catch(() => '')).toBe('');
      }
      expect(supervisor.log.lines.filter((line) => line.startsWith('crit'))).toEqual([]);
    } finally {
      stranger.remove();
    }
  });

  test('demands the password as well', async () => {
    const { port } = await serve({ caFile: file(authority.cert), username: 'user', password: 'secret' });
    expect(parseAnswer(await ask(port, GET_STATE, identity(authority.issue('client')))).status).toBe(401);
  });
});

describe('a certificate', () => {
  test('that was read again is used from the next client on', async () => {
    const { port, supervisor } = await serve();
    const seen = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = secure(port);
        socket.on('secureConnect', () => resolve(String(socket.getPeerCertificate().subject.CN)));
      });
    expect(await seen()).toBe('server');
    const renewed = authority.issue('renewed');
    const { config } = supervisor;
    supervisor.config = {
      ...config,
      servers: config.servers.map((each) => ({
        ...each,
        certFile: file(renewed.cert),
        keyFile: file(renewed.key),
      })),
    };
    expect(await seen()).toBe('renewed');
    expect(supervisor.log.lines).toContain(
      `info: Server 'inet_http_server' goes on with the certificate of ${renewed.cert}`,
    );
  });

  test('is not loaded, nor is Node’s TLS, for a server without one', async () => {
    const { port } = await serve({ certFile: null, keyFile: null });
    const { stdout } = await run('curl', ['-s', `http://127.0.0.1:${port}/ok.html`]);
    expect(stdout).toBe('OK');
  });
});
