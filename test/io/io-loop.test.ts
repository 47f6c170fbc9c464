import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ioLoop } from '../../src/io/io-loop.ts';
import { PAUSES_MS } from '../../src/io/rounds.ts';
import { whenWritable } from '../../src/io/writable-wait.ts';
import { pipe, READABLE, readInto, setNonblocking, writeFrom } from '../../src/native/posix.ts';
import { runScript } from '../native/support.ts';

/** Pollers that this process has open, Node's own among them. */
function pollers(): number {
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target === 'anon_inode:[eventpoll]').length;
}

let ends: { read: number; write: number };

beforeEach(() => {
  // An earlier test file of this process may have left it open.
  ioLoop().close();
  ends = pipe();
  setNonblocking(ends.read, true);
  setNonblocking(ends.write, true);
});

afterEach(() => {
  ioLoop().close();
  closeSync(ends.read);
  closeSync(ends.write);
});

test('readers, writers and pauses share one poller, which is opened at the first of them', async () => {
  const before = pollers();
  const loop = ioLoop();
  expect(pollers()).toBe(before);
  const buffer = Buffer.alloc(16);
  const read = new Promise<string>((resolve) => {
    loop.watch(ends.read, READABLE, {
      ready: () => resolve(buffer.toString('latin1', 0, readInto(ends.read, buffer))),
    });
  });
  const paused = new Promise<void>((resolve) => {
    loop.later(() => {
      resolve();
      return 0;
    }, PAUSES_MS[0]);
  });
  const writable = new Promise<void>((resolve) => {
    const stop = whenWritable(ends.write, () => {
      stop();
      writeFrom(ends.write, Buffer.from('x'), 0, 1);
      resolve();
    });
  });
  await Promise.all([paused, writable]);
  expect(await read).toBe('x');
  expect(pollers()).toBe(before + 1);
});

test('a watch that is ended is not called any more, and the next handler of a descriptor replaces the first', async () => {
  const calls: string[] = [];
  const loop = ioLoop();
  loop.watch(ends.read, READABLE, { ready: () => calls.push('first') });
  const replaced = new Promise<void>((resolve) => {
    loop.watch(ends.read, READABLE, {
      ready: () => {
        calls.push('second');
        loop.forget(ends.read);
        resolve();
      },
    });
  });
  writeFrom(ends.write, Buffer.from('x'), 0, 1);
  await replaced;
  await new Promise((resolve) => whenNextReady(loop, resolve));
  expect(calls).toEqual(['second']);
});

/** Called when the poller has had another turn. */
function whenNextReady(loop: ReturnType<typeof ioLoop>, act: (value: unknown) => void): void {
  loop.watch(ends.read, READABLE, { ready: act });
}

test('what a descriptor cannot be watched for is an error, and another descriptor is watched after it', () => {
  const loop = ioLoop();
  const handler = { ready: () => {} };
  expect(() => loop.watch(9999, READABLE, handler)).toThrow('EBADF');
  loop.watch(ends.read, READABLE, handler);
  loop.forget(ends.read);
  loop.forget(ends.read);
});

test('a loop in which nothing is watched any more does not keep the process alive', () => {
  const { stdout, status } = runScript(`
    import { ioLoop } from './src/io/io-loop.ts';
    const { read, write } = posix.pipe();
    ioLoop().watch(read, posix.READABLE, {
      ready() {
        ioLoop().forget(read);
        console.log('ready');
      },
    });
    posix.writeFrom(write, Buffer.from('x'), 0, 1);
  `);
  expect({ stdout, status }).toEqual({ stdout: 'ready\n', status: 0 });
});
