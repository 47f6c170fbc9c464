import { closeSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { constants, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../../compat/harness/wait.ts';
import { startSyslogd } from '../../compat/scenarios/syslog/syslogd.ts';
import {
  accept,
  bindDatagram,
  connectDatagram,
  GONE,
  HANGUP,
  hasListener,
  listenInet,
  listenUnix,
  Poller,
  pipe,
  READABLE,
  readInto,
  receiveDatagram,
  setPrompt,
  shutdownWriting,
  writeFrom,
} from '../../src/native/posix.ts';
import { need, needing } from '../needs.ts';
import { inFolder } from './support.ts';

/** Lets Node accept on the descriptor, answers one connection and returns what the client read. */
async function greetThrough(
  fd: number,
  client: (server: Server) => ReturnType<typeof connect>,
): Promise<string> {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen({ fd }, resolve));
  const chunks: Buffer[] = [];
  for await (const chunk of client(server)) chunks.push(chunk);
  await new Promise((resolve) => server.close(resolve));
  return Buffer.concat(chunks).toString();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('a unix socket has exactly the rights asked for and accepts connections', () =>
  inFolder(async (folder) => {
    const before = process.umask(0o022);
    try {
      for (const mode of [0o700, 0o777, 0o600]) {
        const path = join(folder, mode.toString(8));
        const fd = listenUnix(path, mode, 5);
        expect(statSync(path).mode & 0o7777).toBe(mode);
        expect(process.umask()).toBe(0o022);
        expect(await greetThrough(fd, () => connect(path))).toBe('hello');
      }
    } finally {
      process.umask(before);
    }
  }));

test('a listening socket is close-on-exec and non-blocking', () =>
  inFolder((folder) => {
    const unix = listenUnix(join(folder, 's'), 0o700, 5);
    const inet = listenInet('127.0.0.1', 0, 5);
    for (const fd of [unix, inet]) {
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/flags:\s*02004002$/m);
      closeSync(fd);
    }
  }));

test('a path in use, too long or in no folder is an error, and nothing is removed', () =>
  inFolder((folder) => {
    const path = join(folder, 'file');
    writeFileSync(path, 'mine');
    expect(() => listenUnix(path, 0o700, 5)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(() => listenUnix(`/tmp/${'x'.repeat(103)}`, 0o700, 5)).toThrow(
      expect.objectContaining({ code: 'ENAMETOOLONG' }),
    );
    expect(() => listenUnix(join(folder, 'no', 's'), 0o700, 5)).toThrow(/ENOENT/);
    expect(() => listenUnix(`${path}\0`, 0o700, 5)).toThrow(TypeError);
  }));

test('a socket is live while it has a listener, even with its backlog full', () =>
  inFolder((folder) => {
    const path = join(folder, 's');
    expect(hasListener(path)).toBe(false);
    const fd = listenUnix(path, 0o700, 0);
    expect([1, 2, 3].map(() => hasListener(path))).toEqual([true, true, true]);
    closeSync(fd);
    expect(hasListener(path)).toBe(false);
    writeFileSync(join(folder, 'plain'), '');
    expect(hasListener(join(folder, 'plain'))).toBe(false);
  }));

test.each(['', '127.0.0.1', 'localhost'])('host %j listens on IPv4', async (host) => {
  const fd = listenInet(host, 0, 5);
  expect(await greetThrough(fd, (server) => connect(portOf(server), '127.0.0.1'))).toBe('hello');
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

needing(test, need(hasIpv6, 'an IPv6 loopback address'))('IPv4 and IPv6 can listen on one port', async () => {
  const four = createServer();
  await new Promise<void>((resolve) => four.listen({ fd: listenInet('', 0, 5) }, resolve));
  const fd = listenInet('::', portOf(four), 5);
  expect(await greetThrough(fd, (server) => connect(portOf(server), '::1'))).toBe('hello');
  await new Promise((resolve) => four.close(resolve));
});

test('a port in use, a foreign address and an unknown host are errors', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ fd: listenInet('127.0.0.1', 0, 5) }, resolve));
  expect(() => listenInet('127.0.0.1', portOf(server), 5)).toThrow(
    expect.objectContaining({ code: 'EADDRINUSE' }),
  );
  await new Promise((resolve) => server.close(resolve));
  expect(() => listenInet('192.0.2.1', 0, 5)).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
  expect(() => listenInet('no host.invalid', 0, 5)).toThrow(
    expect.objectContaining({ syscall: 'getaddrinfo' }),
  );
  expect(() => listenInet('', 65536, 5)).toThrow(RangeError);
});

test('a datagram socket carries each write as one message, and reports the end of its reader', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'log');
    expect(() => connectDatagram(path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    const syslogd = await startSyslogd(path);
    const fd = connectDatagram(path);
    try {
      for (const message of ['one', 'two']) writeFrom(fd, Buffer.from(message), 0, message.length);
      await waitUntil('both have come', () => syslogd.messages().length === 2, 60);
      expect(syslogd.messages()).toEqual(['one', 'two']);
      await syslogd.stop({ leaveFile: true });
      expect(writeFrom(fd, Buffer.from('x'), 0, 1)).toBe(-constants.errno.ECONNREFUSED);
      expect(() => connectDatagram(path)).toThrow(expect.objectContaining({ code: 'ECONNREFUSED' }));
    } finally {
      closeSync(fd);
      await syslogd.stop();
    }
  }));

test('a datagram socket does not connect to one that takes streams', () =>
  inFolder((folder) => {
    const path = join(folder, 'stream');
    const fd = listenUnix(path, 0o700, 5);
    expect(() => connectDatagram(path)).toThrow(expect.objectContaining({ code: 'EPROTOTYPE' }));
    closeSync(fd);
  }));

test('a connection is accepted close-on-exec and non-blocking, and can send its last bytes and still receive', () =>
  inFolder(async (folder) => {
    const path = join(folder, 's');
    const listening = listenUnix(path, 0o700, 5);
    expect(accept(listening)).toBe(-constants.errno.EAGAIN);
    const socket = connect({ path, allowHalfOpen: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    const fd = accept(listening);
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/flags:\s*02004002$/m);
    writeFrom(fd, Buffer.from('bye'), 0, 3);
    expect(shutdownWriting(fd)).toBe(0);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    await new Promise((resolve) => socket.once('end', resolve));
    expect(Buffer.concat(received).toString()).toBe('bye');
    await new Promise<void>((resolve) => socket.end('heard', resolve));
    const buffer = Buffer.alloc(10);
    await waitUntil('the answer is there', () => readInto(fd, buffer) === 5, 60);
    expect(buffer.toString('utf8', 0, 5)).toBe('heard');
    closeSync(fd);
    closeSync(listening);
    expect(accept(listening)).toBe(-constants.errno.EBADF);
    expect(shutdownWriting(listening)).toBe(-constants.errno.EBADF);
  }));

test('half a connection that is shut is a hangup, and not yet gone', () =>
  inFolder(async (folder) => {
    const path = join(folder, 's');
    const listening = listenUnix(path, 0o700, 5);
    const socket = connect({ path, allowHalfOpen: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    const fd = accept(listening);
    const reported: number[] = [];
    const poller = new Poller((_, events) => {
      reported.push(events);
      poller.modify(fd, GONE);
    });
    try {
      poller.add(fd, GONE);
      await new Promise<void>((resolve) => socket.end(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      expect(reported).toEqual([]);
      poller.modify(fd, HANGUP);
      await waitUntil('the hangup is reported', () => reported.length === 1, 60);
      poller.modify(fd, READABLE);
      await waitUntil('it is reported to a reader', () => reported.length === 2, 60);
      socket.destroy();
      await waitUntil('it is gone', () => reported.length > 2, 60);
      expect(reported.every((events) => (events & HANGUP) !== 0)).toBe(true);
    } finally {
      poller.close();
      closeSync(fd);
      closeSync(listening);
    }
  }));

test('only a socket can be made prompt', () => {
  const { read, write } = pipe();
  expect(() => setPrompt(read)).toThrow(expect.objectContaining({ code: 'ENOTSOCK' }));
  closeSync(read);
  closeSync(write);
});

test('a datagram has the pid and the user of its sender', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'notify');
    const fd = bindDatagram(path, 0o600);
    const buffer = Buffer.alloc(16);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(receiveDatagram(fd, buffer)).toBeNull();
    const client = connectDatagram(path);
    writeFrom(client, Buffer.from('READY=1'), 0, 7);
    writeFrom(client, Buffer.alloc(100, 'x'), 0, 100);
    expect(receiveDatagram(fd, buffer)).toEqual({ length: 7, pid: process.pid, uid: process.getuid?.() });
    expect(buffer.toString('latin1', 0, 7)).toBe('READY=1');
    expect(receiveDatagram(fd, buffer)).toMatchObject({ length: 16 });
    closeSync(client);
    closeSync(fd);
  });
});
