import { closeSync, constants, openSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { IoLoop, ReadyHandler } from '../../../src/io/io-loop.ts';
import { pipe, setNonblocking, spawn, WRITABLE } from '../../../src/native/posix.ts';
import { InputChannel, StdinClosedError } from '../../../src/process/channels/input-channel.ts';
import { makeFifo } from '../../fifos.ts';
import { exitOf } from '../../native/support.ts';
import { openDescriptors, readText, test } from '../support.ts';

/** An event loop that is ready when the test decides so. */
class HandLoop implements IoLoop {
  ready: (() => void) | null = null;
  watch(_fd: number, events: number, handler: ReadyHandler): void {
    this.ready = () => handler.ready(events);
    expect(events).toBe(WRITABLE);
  }
  forget(): void {
    this.ready = null;
  }
  later(): void {
    throw new Error('nothing is put off');
  }
  close(): void {}
}

function open() {
  const { read, write } = pipe();
  setNonblocking(write, true);
  const io = new HandLoop();
  return { channel: new InputChannel({ end: write, io }), io, childFd: read };
}

test('what fits into the pipe is there at once, and nothing is watched', () => {
  const { channel, io, childFd } = open();
  channel.write(Buffer.from('one '), process.pid);
  channel.write(Buffer.from('two'), process.pid);
  const buffer = Buffer.alloc(20);
  expect(buffer.toString('latin1', 0, readSync(childFd, buffer))).toBe('one two');
  expect(io.ready).toBe(null);
  channel.close();
  closeSync(childFd);
});

test('what does not fit follows in order as the reader reads', () => {
  const { channel, io, childFd } = open();
  const parts = ['a', 'b', 'c'].map((letter) => Buffer.alloc(50_000, letter));
  for (const part of parts) {
    channel.write(part, process.pid);
  }
  const got: Buffer[] = [];
  for (let size = 0; size < 150_000; size += got.at(-1)?.length ?? 0) {
    const buffer = Buffer.alloc(40_000);
    got.push(buffer.subarray(0, readSync(childFd, buffer)));
    io.ready?.();
  }
  expect(Buffer.concat(got).equals(Buffer.concat(parts))).toBe(true);
  expect(io.ready).toBe(null);
  channel.close();
  closeSync(childFd);
});

test('without a reader each write is an error, now and later', () => {
  const { channel, childFd } = open();
  closeSync(childFd);
  expect(() => channel.write(Buffer.from('x'), process.pid)).toThrow(StdinClosedError);
  expect(() => channel.write(Buffer.from('x'), process.pid)).toThrow(StdinClosedError);
});

test('a reader that goes away while bytes wait costs these bytes only', () => {
  const { channel, io, childFd } = open();
  channel.write(Buffer.alloc(200_000), process.pid);
  closeSync(childFd);
  io.ready?.();
  expect(io.ready).toBe(null);
  expect(() => channel.write(Buffer.from('x'), process.pid)).toThrow(StdinClosedError);
  channel.close();
});

test('a FIFO is opened when there is something to write, and is closed for a reader that went away', ({
  folder,
}) => {
  const path = join(folder, 'stdin');
  makeFifo(path);
  const before = openDescriptors();
  const channel = new InputChannel({ end: path, io: new HandLoop() });
  expect(() => channel.write(Buffer.from('x'), process.pid)).toThrow(StdinClosedError);
  expect(openDescriptors()).toBe(before);
  const reader = openSync(path, constants.O_RDWR);
  expect(() => channel.write(Buffer.from('x'), process.pid)).toThrow(StdinClosedError);

  const second = new InputChannel({ end: path, io: new HandLoop() });
  second.write(Buffer.from('heard'), process.pid);
  const buffer = Buffer.alloc(20);
  expect(buffer.toString('latin1', 0, readSync(reader, buffer))).toBe('heard');
  second.close();
  channel.close();
  closeSync(reader);
  expect(openDescriptors()).toBe(before);
});

test('a FIFO whose name was taken away is found by what the reader has open', async ({ folder }) => {
  const path = join(folder, 'stdin');
  makeFifo(path);
  const { pid } = spawn({
    file: '/bin/sh',
    argv: ['sh', '-c', `read word && echo "$word" > ${folder}/heard`],
    env: [],
    fifos: [path, path],
    cwd: null,
    umask: null,
    credentials: null,
  });
  unlinkSync(path);
  const channel = new InputChannel({ end: path, io: new HandLoop() });
  channel.write(Buffer.from('word\n'), pid);
  await exitOf(pid);
  expect(readText(join(folder, 'heard'))).toBe('word\n');
  channel.close();
});
