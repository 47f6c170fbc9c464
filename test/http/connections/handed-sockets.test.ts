import { closeSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { freePort } from '../../../compat/harness/ports.ts';
import { blankConfig } from '../../../src/config/tables/record.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../../../src/config/tables/server-options.ts';
import type { Config, InetServerConfig, UnixServerConfig } from '../../../src/config/types.ts';
import { HandedSockets } from '../../../src/http/connections/handed-sockets.ts';
import { openNewSocket, type ServerSocket } from '../../../src/http/connections/server-socket.ts';
import { tryHttpServers } from '../../../src/http/connections/try-servers.ts';
import { openDescriptors } from '../../process/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-handed-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

function unix(file: string, mode = 0o700): UnixServerConfig {
  return { ...blankConfig(UNIX_SERVER_OPTIONS), kind: 'unix', section: 'unix_http_server', file, mode };
}

function inet(host: string, port: number): InetServerConfig {
  return { ...blankConfig(INET_SERVER_OPTIONS), kind: 'inet', section: 'inet_http_server', host, port };
}

/** As a daemon hands it over. */
function handed({ address, socket: { descriptor } }: ServerSocket): {
  address: string;
  descriptor: number;
  connections: number[];
} {
  return { address, descriptor, connections: [] };
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

test('a server goes on with its socket, and what no server takes is closed', ({ folder }) => {
  const before = openDescriptors();
  const own = openNewSocket(unix(join(folder, 'a.sock')));
  const other = openNewSocket(unix(join(folder, 'b.sock')));
  const sockets = new HandedSockets([handed(own), handed(other)], new FakeLog());
  const again = sockets.open(unix(join(folder, 'a.sock')));
  expect([again?.address, again?.socket.descriptor]).toEqual([own.address, own.socket.descriptor]);
  sockets.close();
  expect(openDescriptors()).toBe(before + 1);
  closeSync(own.socket.descriptor);
});

test('other rights are given to the file of the same socket', ({ folder }) => {
  const file = join(folder, 'a.sock');
  const own = openNewSocket(unix(file, 0o700));
  const sockets = new HandedSockets([handed(own)], new FakeLog());
  const again = sockets.open(unix(file, 0o660));
  expect(again?.socket.descriptor).toBe(own.socket.descriptor);
  expect(again?.address).not.toBe(own.address);
  expect(statSync(file).mode & 0o777).toBe(0o660);
  closeSync(own.socket.descriptor);
});

test('a socket whose file was replaced keeps its rights, and that is logged', ({ folder }) => {
  const file = join(folder, 'a.sock');
  const own = openNewSocket(unix(file, 0o700));
  rmSync(file);
  writeFileSync(file, '', { mode: 0o600 });
  const log = new FakeLog();
  const again = new HandedSockets([handed(own)], log).open(unix(file, 0o660));
  expect(again?.address).toBe(own.address);
  expect(log.lines).toEqual([
    expect.stringMatching(/^critical: server 'unix_http_server' keeps its rights: /),
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  closeSync(own.socket.descriptor);
});

test('a port is opened on another host, though the earlier socket had it', async () => {
  const port = await freePort();
  const own = openNewSocket(inet('127.0.0.1', port));
  const again = new HandedSockets([handed(own)], new FakeLog()).open(inet('', port));
  expect(await connects('127.0.0.2', port)).toBe(true);
  closeSync(again?.socket.descriptor ?? -1);
});

test('a host that is not available leaves the server where it was, and the next upgrade tries again', async () => {
  const port = await freePort();
  const own = openNewSocket(inet('127.0.0.1', port));
  const log = new FakeLog();
  const again = new HandedSockets([handed(own)], log).open(inet('192.0.2.1', port));
  expect(again?.address).toBe(own.address);
  expect(await connects('127.0.0.1', port)).toBe(true);
  expect(log.lines).toEqual([
    expect.stringMatching(/^critical: server 'inet_http_server' goes on listening at 127\.0\.0\.1:\d+: /),
  ]);
  closeSync(again?.socket.descriptor ?? -1);
});

test('a server that cannot be opened is left out', () => {
  const log = new FakeLog();
  expect(new HandedSockets([], log).open(unix('/no/such/folder/a.sock'))).toBe(null);
  expect(log.lines).toEqual([
    expect.stringMatching(/^critical: server 'unix_http_server' is left out: .*ENOENT/),
  ]);
});

test('a trial opens what a start would open, and leaves nothing behind', async ({ folder }) => {
  const before = openDescriptors();
  const port = await freePort();
  const file = join(folder, 'a.sock');
  const own = openNewSocket(unix(file));
  const config = (...servers: Config['servers']): Config =>
    ({ servers, rpcInterfaces: [] }) as Partial<Config> as Config;
  // Not held: another daemon listens there.
  expect(() => tryHttpServers(config(unix(file, 0o600)), [])).toThrow('Another program is already listening');
  tryHttpServers(config(unix(file, 0o600), inet('127.0.0.1', port)), [own.address]);
  expect(() => tryHttpServers(config(inet('192.0.2.1', port)), [])).toThrow('EADDRNOTAVAIL');
  closeSync(own.socket.descriptor);
  expect(openDescriptors()).toBe(before);
});
