import { closeSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ChannelLog, openChannelLog } from '../../src/logs/channel-log.ts';
import { pipe, setNonblocking } from '../../src/native/posix.ts';
import { AnsiStripper } from '../../src/process/ansi.ts';
import type { IoLoop } from '../../src/process/io-loop.ts';
import { OutputChannel } from '../../src/process/output-channel.ts';
import { readText, test, until } from './support.ts';

const SILENT = { failed: () => undefined, recovered: () => undefined };

function open(io: IoLoop, log: ChannelLog | null, taps: AnsiStripper[] = []) {
  const { read: daemonFd, write: childFd } = pipe();
  setNonblocking(daemonFd, true);
  const state = { ends: 0 };
  const onEnd = () => {
    state.ends += 1;
  };
  const channel = new OutputChannel({ fd: daemonFd, io, log, taps, onEnd });
  return { channel, childFd, state };
}

function logAt(
  folder: string,
  maxBytes = 0,
  backups = 0,
): { readonly path: string; readonly log: ChannelLog } {
  const path = join(folder, 'out.log');
  return { path, log: openChannelLog({ path, maxBytes, backups }, SILENT) };
}

test('bytes reach the log while the writer lives, and the end is told once', async ({ folder, io }) => {
  const { path, log } = logAt(folder);
  const { channel, childFd, state } = open(io, log);
  writeSync(childFd, Buffer.from([0, 255, 10]));
  await until('the bytes are logged', () => readText(path).length === 3);
  expect(state.ends).toBe(0);
  writeSync(childFd, 'last words');
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from('last words')]));
  channel.close();
  expect([state.ends, channel.isOpen]).toEqual([1, false]);
});

test('what is in the pipe when the process exits is logged before anything else happens', ({
  folder,
  io,
}) => {
  const { path, log } = logAt(folder);
  const { channel, childFd, state } = open(io, log);
  writeSync(childFd, 'x'.repeat(60_000));
  channel.drain();
  expect(readText(path)).toHaveLength(60_000);
  expect([channel.isOpen, state.ends]).toEqual([true, 0]);
  closeSync(childFd);
  channel.drain();
  expect([channel.isOpen, state.ends]).toEqual([false, 1]);
});

test('the log rotates after the read that reaches its size, and no byte is lost', ({ folder, io }) => {
  const { path, log } = logAt(folder, 1000, 3);
  const { channel, childFd } = open(io, log);
  const parts = Array.from({ length: 5 }, (_, index) => String(index).repeat(700));
  for (const part of parts) {
    writeSync(childFd, part);
    channel.drain();
  }
  closeSync(childFd);
  channel.drain();
  const files = [`${path}.2`, `${path}.1`, path].map(readText);
  expect(files.join('')).toBe(parts.join(''));
  expect(files.map((text) => text.length)).toEqual([1400, 1400, 700]);
});

test('without a log output is read and dropped, so that the writer never stands still', async ({ io }) => {
  const { childFd, state } = open(io, null);
  writeSync(childFd, Buffer.alloc(60_000));
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
});

test('a tap changes the bytes, and gives back at the end what it held', async ({ folder, io }) => {
  const { path, log } = logAt(folder);
  const { childFd, state } = open(io, log, [new AnsiStripper()]);
  writeSync(childFd, '\u001b[31mred\u001b[0m\u001b');
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(readText(path)).toBe('red\u001b');
});

test('a log that cannot be written does not stop the reading', async ({ folder, io }) => {
  const failures: string[] = [];
  const trouble = { ...SILENT, failed: (message: string) => failures.push(message) };
  const log = openChannelLog({ path: join(folder, 'none/out.log'), maxBytes: 0, backups: 0 }, trouble);
  const { childFd, state } = open(io, log);
  writeSync(childFd, Buffer.alloc(60_000));
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(failures).toHaveLength(1);
});
