import { closeSync, readSync } from 'node:fs';
import { expect } from 'vitest';
import { WRITABLE } from '../../src/native/posix.ts';
import { InputChannel } from '../../src/process/input-channel.ts';
import type { IoLoop } from '../../src/process/io-loop.ts';
import { StdinClosedError } from '../../src/process/managed-process.ts';
import { openPipe } from '../../src/process/pipes.ts';
import { test } from './support.ts';

/** An event loop that is ready when the test says so. */
class HandLoop implements IoLoop {
  ready: (() => void) | null = null;
  watch(_fd: number, events: number, handler: (events: number) => void): void {
    this.ready = () => handler(events);
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
  const { daemonFd, childFd } = openPipe({ folder: null, name: 'p', channel: 'stdin', owner: null });
  const io = new HandLoop();
  return { channel: new InputChannel({ fd: daemonFd, io }), io, childFd };
}

test('what fits into the pipe is there at once, and nothing is watched', () => {
  const { channel, io, childFd } = open();
  channel.write(Buffer.from('one '));
  channel.write(Buffer.from('two'));
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
    channel.write(part);
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

test('nobody reads any more: the writer is told, now and later', () => {
  const { channel, childFd } = open();
  closeSync(childFd);
  expect(() => channel.write(Buffer.from('x'))).toThrow(StdinClosedError);
  expect(() => channel.write(Buffer.from('x'))).toThrow(StdinClosedError);
});

test('a reader that goes away while bytes wait costs these bytes only', () => {
  const { channel, io, childFd } = open();
  channel.write(Buffer.alloc(200_000));
  closeSync(childFd);
  io.ready?.();
  expect(io.ready).toBe(null);
  expect(() => channel.write(Buffer.from('x'))).toThrow(StdinClosedError);
  channel.close();
});
