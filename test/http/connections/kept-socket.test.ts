import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import type { Finding } from '../../../src/io/folders/kept-file.ts';
import { get, openedInTest, RawClient, type TestServer } from '../client.ts';

const { serve, keep } = openedInTest();

function look({ servers }: TestServer, isSuspect = true): Finding | null | undefined {
  const [file] = servers.keptFiles();
  return file?.look(isSuspect);
}

async function status(path: string): Promise<number> {
  const client = new RawClient(path);
  const answer = await client.ask(get('/'));
  client.end();
  return answer.status;
}

/** Another program that listens at a path. */
async function listener(path: string): Promise<ChildProcess> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log())`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  keep({ end: () => void child.kill('SIGKILL') });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

test('a socket that is there is ours, also after a look at a change of its name', async () => {
  const server = await serve();
  expect([look(server, false), look(server)]).toEqual([null, null]);
  expect(await status(server.file)).toBe(200);
});

test('a socket that is removed is made again with its mode, and clients that were connected stay', async () => {
  const server = await serve();
  const before = new RawClient(server.file);
  expect((await before.ask(get('/'))).status).toBe(200);
  const { mode, uid, gid } = statSync(server.file);
  rmSync(server.file);
  expect(look(server)).toEqual({ kind: 'made again', was: 'removed' });
  expect(statSync(server.file)).toMatchObject({ mode, uid, gid });
  expect(await status(server.file)).toBe(200);
  expect((await before.ask(get('/'))).status).toBe(200);
  before.end();
  expect(readdirSync(server.folder)).toEqual(['http.sock']);
});

test('clients that still reach the first socket are served too, however often it is made again', async () => {
  const server = await serve();
  const mount = join(server.folder, 'mount');
  linkSync(server.file, mount);
  for (let times = 0; times < 5; times += 1) {
    rmSync(server.file);
    expect(look(server)).toEqual({ kind: 'made again', was: 'removed' });
  }
  expect([await status(server.file), await status(mount)]).toEqual([200, 200]);
  rmSync(mount);
});

test('the last socket is the one that is removed at the end', async () => {
  const server = await serve();
  rmSync(server.file);
  look(server);
  await server.servers.close();
  server.servers.removeSocketFiles();
  expect(existsSync(server.file)).toBe(false);
});

test('a socket of another program that listens is left alone until it has ended', async () => {
  const server = await serve();
  rmSync(server.file);
  const other = await listener(server.file);
  expect(look(server)).toMatchObject({
    kind: 'lost',
    reason: `is left alone: process ${other.pid} listens there`,
  });
  other.kill('SIGKILL');
  await waitUntil('it has ended', () => other.signalCode !== null, 60);
  expect(look(server)).toEqual({ kind: 'made again', was: 'replaced' });
  expect(await status(server.file)).toBe(200);
});

test('a link to a socket of another program is left alone', async () => {
  const server = await serve();
  const elsewhere = join(server.folder, 'other.sock');
  await listener(elsewhere);
  rmSync(server.file);
  symlinkSync(elsewhere, server.file);
  expect(() => look(server)).toThrow('another program listens there');
  rmSync(elsewhere, { force: true });
});

test('data in its place is left alone', async () => {
  const server = await serve();
  const data = join(server.folder, 'data');
  writeFileSync(data, 'precious');
  renameSync(data, server.file);
  expect(look(server)).toMatchObject({
    kind: 'lost',
    reason: 'is not made again: another file has its name',
  });
  expect(readFileSync(server.file, 'utf8')).toBe('precious');
});

test('a folder in its place is an error', async () => {
  const server = await serve();
  rmSync(server.file);
  mkdirSync(server.file);
  expect(() => look(server)).toThrow();
  expect(statSync(server.file).isDirectory()).toBe(true);
});
