import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KeptFile } from '../../../src/io/folders/kept-file.ts';
import { listenInet, listenUnix, pipe, unixListener } from '../../../src/native/posix.ts';
import { FcgiSocket, listensAt, type UnixFcgiSocket } from '../../../src/process/spawn/fcgi-socket.ts';
import { keptFcgiSocket } from '../../../src/process/spawn/kept-fcgi-socket.ts';
import { InfoLog, openDescriptors, test } from '../support.ts';

interface Setting {
  readonly config: UnixFcgiSocket;
  readonly socket: FcgiSocket;
  readonly kept: KeptFile;
  replaced: number;
}

function open(folder: string, runtimeFolder: string | null): Setting {
  const config = {
    kind: 'unix',
    path: join(folder, 'x.sock'),
    owner: null,
    mode: 0o750,
    backlog: null,
  } as const;
  const socket = new FcgiSocket(config, new InfoLog());
  const setting: Setting = {
    config,
    socket,
    replaced: 0,
    kept: keptFcgiSocket({
      socket,
      config,
      runtimeFolder,
      onReplaced: () => {
        setting.replaced += 1;
      },
    }),
  };
  return setting;
}

test('a socket that is not open has no file to keep', ({ folder }) => {
  const { kept, config, socket } = open(folder, folder);
  expect(kept.look(true)).toBe(null);
  socket.hold();
  socket.release();
  expect([kept.look(true), existsSync(config.path)]).toEqual([null, false]);
});

test('a removed file leads to the same socket again where it had a further name', ({ folder }) => {
  const setting = open(folder, folder);
  const { kept, config, socket } = setting;
  const descriptor = socket.hold();
  expect(kept.look(false)).toBe(null);
  const { ino } = statSync(config.path);
  rmSync(config.path);
  expect(kept.look(true)).toEqual({ kind: 'made again', was: 'removed' });
  expect([statSync(config.path).ino, statSync(config.path).mode & 0o777]).toEqual([ino, 0o750]);
  expect(statSync(join(folder, 'sockets')).mode & 0o777).toBe(0o700);
  expect([setting.replaced, listensAt(descriptor, config)]).toEqual([0, true]);
  socket.close();
  expect(existsSync(config.path)).toBe(false);
});

test('without one there is another socket with the same rights', ({ folder }) => {
  const before = openDescriptors();
  const setting = open(folder, null);
  const { kept, config, socket } = setting;
  socket.hold();
  kept.look(false);
  rmSync(config.path);
  expect(kept.look(true)).toEqual({ kind: 'made again', was: 'removed' });
  expect([setting.replaced, statSync(config.path).mode & 0o777]).toEqual([1, 0o750]);
  expect(unixListener(config.path)).toBe(process.pid);
  expect(listensAt(socket.hold(), config)).toBe(true);
  expect(readdirSync(folder)).toEqual(['x.sock']);
  socket.close();
  expect(readdirSync(folder)).toEqual([]);
  expect(openDescriptors()).toBe(before);
});

test('data and the socket of another program in its place are left alone', async ({ folder }) => {
  const { kept, config, socket } = open(folder, null);
  socket.hold();
  rmSync(config.path);
  writeFileSync(config.path, 'data');
  expect(kept.look(true)).toMatchObject({
    kind: 'lost',
    reason: 'is not made again: another file has its name',
  });
  rmSync(config.path);
  const script = `require('net').createServer().listen(${JSON.stringify(config.path)}, () => console.log())`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => other.stdout.once('data', resolve));
  expect(kept.look(true)).toMatchObject({
    kind: 'lost',
    reason: 'is left alone: another program listens there',
  });
  other.kill('SIGKILL');
  await new Promise((resolve) => other.once('exit', resolve));
  expect(kept.look(true)).toEqual({ kind: 'made again', was: 'replaced' });
  socket.close();
});

test('a descriptor is the socket of a program only where it listens at its address', ({ folder }) => {
  const path = join(folder, 'a.sock');
  const unix = { kind: 'unix', path, owner: null, mode: 0o700, backlog: null } as const;
  mkdirSync(join(folder, 'b'));
  const mine = listenUnix(path, 0o700, 1);
  const other = listenUnix(join(folder, 'b/a.sock'), 0o700, 1);
  const again = listenUnix(`${path}.77`, 0o700, 1);
  const inet = listenInet('127.0.0.1', 0, 1);
  const { read, write } = pipe();
  expect([mine, again, other, inet, read, -1].map((fd) => listensAt(fd, unix))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(listensAt(inet, { kind: 'tcp', host: 'localhost', port: 1, backlog: null })).toBe(false);
  for (const fd of [mine, other, again, inet, read, write]) closeSync(fd);
});
