import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/tables/defaults.ts';
import { INET_SERVER_OPTIONS } from '../../../src/config/tables/server-options.ts';
import type { HttpServerConfig } from '../../../src/config/types.ts';
import { ALREADY_LISTENING, ListenError } from '../../../src/http/connections/listen-error.ts';
import { type HttpServers, openHttpServers } from '../../../src/http/servers.ts';
import { serverUrlOf } from '../../../src/process/spawn/server-url.ts';
import { FakeSupervisor } from '../../rpc/fakes.ts';
import { get, RawClient, unixServer } from '../client.ts';

let folder: string;
let file: string;
const opened: HttpServers[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-listen-'));
  file = join(folder, 's.sock');
});

afterEach(async () => {
  for (const servers of opened.splice(0)) await servers.close();
  rmSync(folder, { recursive: true });
});

async function open(
  ...configs: HttpServerConfig[]
): Promise<{ servers: HttpServers; supervisor: FakeSupervisor }> {
  const supervisor = new FakeSupervisor([], configs);
  const servers = await openHttpServers(supervisor);
  opened.push(servers);
  return { servers, supervisor };
}

function inet(host: string, port: number): HttpServerConfig {
  return {
    ...defaultConfig(INET_SERVER_OPTIONS),
    kind: 'inet',
    section: 'inet_http_server',
    host,
    port,
  };
}

function listenOn(target: string | number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(target, () => resolve(server));
  });
}

/** Leaves a socket file behind that nothing listens on, as a killed daemon does. */
function leaveStale(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(path)).toBe(true);
}

describe('a unix server', () => {
  test('has the rights that are configured, and leaves no other file', async () => {
    await open({ ...unixServer(file), mode: 0o640 });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['s.sock']);
  });

  test('can be given to an owner', async () => {
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    const owner = uid === 0 ? { uid: 33, gid: 33 } : { uid, gid };
    await open({ ...unixServer(file), owner });
    expect(lstatSync(file)).toMatchObject(owner);
  });

  test('replaces a socket without a listener', async () => {
    leaveStale(file);
    await open(unixServer(file));
    const client = new RawClient(file);
    expect((await client.ask(get('/'))).status).toBe(200);
    client.end();
  });

  test('leaves a socket alone on which another one answers', async () => {
    await open(unixServer(file));
    await expect(open(unixServer(file))).rejects.toThrow(new ListenError(ALREADY_LISTENING));
    const client = new RawClient(file);
    expect((await client.ask(get('/'))).status).toBe(200);
    client.end();
  });

  test('is an error in the words of the reference where it cannot be', async () => {
    await expect(open(unixServer(join(folder, 'no', 's.sock')))).rejects.toThrow(
      'Cannot open an HTTP server: socket.error reported errno.ENOENT (2)',
    );
    await expect(open(unixServer(join(folder, 'x'.repeat(120))))).rejects.toThrow(
      'Cannot open an HTTP server: socket.error reported AF_UNIX path too long',
    );
    mkdirSync(file);
    await expect(open(unixServer(file))).rejects.toThrow(
      'Cannot open an HTTP server: socket.error reported errno.EISDIR (21)',
    );
    expect(readdirSync(folder)).toEqual(['s.sock']);
  });

  test.each([
    ['a file', () => writeFileSync(file, 'data')],
    ['a FIFO', () => spawnSync('mkfifo', [file])],
  ])('leaves %s in its place alone, and reports it', async (_, make) => {
    make();
    const before = lstatSync(file);
    await expect(open(unixServer(file))).rejects.toThrow(
      new ListenError(`Cannot open an HTTP server: ${file} exists and is not a socket`),
    );
    expect(lstatSync(file).ino).toBe(before.ino);
    expect(readdirSync(folder)).toEqual(['s.sock']);
  });

  test('replaces a link that leads to no socket, and not what it leads to', async () => {
    const data = join(folder, 'data');
    writeFileSync(data, 'data');
    symlinkSync(data, file);
    await open(unixServer(file));
    expect(lstatSync(file).isSocket()).toBe(true);
    expect(readFileSync(data, 'utf8')).toBe('data');
  });

  test('removes its file, and never the one of its successor', async () => {
    const { servers } = await open(unixServer(file));
    rmSync(file);
    writeFileSync(file, 'of another program');
    servers.removeSocketFiles();
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    const again = await open(unixServer(file));
    again.servers.removeSocketFiles();
    expect(existsSync(file)).toBe(false);
    again.servers.removeSocketFiles();
  });
});

describe('an inet server', () => {
  test('whose port is taken is an error in the words of the reference', async () => {
    const other = await listenOn(0);
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(open(unixServer(file), inet('', port))).rejects.toThrow(new ListenError(ALREADY_LISTENING));
    expect(readdirSync(folder)).toEqual([]);
    other.close();
  });

  test('with a host name that does not resolve is an error', async () => {
    await expect(open(inet('no-such-host.invalid', 1))).rejects.toThrow(
      'Cannot open an HTTP server: socket.error reported -2',
    );
  });
});

describe('opening the servers', () => {
  test('is logged as in the reference', async () => {
    const { supervisor } = await open(
      inet('127.0.0.1', 0),
      unixServer(file),
      unixServer(join(folder, 'b.sock'), { username: 'u', password: 'p' }),
    );
    expect(supervisor.log.lines).toEqual([
      "info: RPC interface 'supervisor' initialized",
      "critical: Server 'inet_http_server' running without any HTTP authentication checking",
      "info: RPC interface 'supervisor' initialized",
      "critical: Server 'unix_http_server' running without any HTTP authentication checking",
      "info: RPC interface 'supervisor' initialized",
    ]);
  });

  test('fails for an interface whose factory does not exist', async () => {
    const supervisor = new FakeSupervisor([], [unixServer(file)]);
    const rpcInterfaces = [{ name: 'x', factory: 'a:b', options: {} }];
    supervisor.config = { ...supervisor.config, rpcInterfaces };
    await expect(openHttpServers(supervisor)).rejects.toThrow(
      new ListenError('a:b cannot be resolved within [rpcinterface:x]'),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the address in the environment of children', () => {
  test.each([
    [[], null],
    [[inet('', 9001)], 'http://localhost:9001'],
    [[inet('::1', 9001)], 'http://[::1]:9001'],
    [[inet('a', 1), inet('b', 2)], 'http://b:2'],
    [[inet('a', 1), unixServer('/s'), unixServer('/t')], 'unix:///s'],
  ] as const)('of %j is %j', (servers, url) => {
    expect(serverUrlOf(servers)).toBe(url);
  });
});
