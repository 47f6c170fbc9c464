import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  HANGUP,
  Poller,
  pipe,
  READABLE,
  readInto,
  setNonblocking,
  setPipeSize,
  WRITABLE,
  writeFrom,
} from '../../src/native/posix.ts';
import { runScript } from './support.ts';

function write(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  writeFrom(fd, bytes, 0, bytes.length);
}

function closeAll(...pipes: { read: number; write: number }[]): void {
  for (const { read, write } of pipes) {
    closeSync(read);
    closeSync(write);
  }
}

/** Opens a poller whose calls are collected; `until` waits for as many. */
function recording(onReady: (poller: Poller, fd: number, events: number) => void = () => {}) {
  const calls: [number, number][] = [];
  let wake = () => {};
  const poller: Poller = new Poller((fd, events) => {
    calls.push([fd, events]);
    onReady(poller, fd, events);
    wake();
  });
  const until = async (count: number) => {
    while (calls.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { poller, calls, until };
}

/** One turn of the loop after the next poll for events. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('readable, writable and hung up descriptors are reported', async () => {
  const ends = pipe();
  const { poller, calls, until } = recording((poller, fd) => poller.remove(fd));
  poller.add(ends.write, WRITABLE);
  await until(1);
  write(ends.write, 'x');
  poller.add(ends.read, READABLE);
  await until(2);
  expect(readInto(ends.read, Buffer.alloc(10))).toBe(1);
  closeSync(ends.write);
  poller.add(ends.read, READABLE);
  await until(3);
  expect(calls).toEqual([
    [ends.write, WRITABLE],
    [ends.read, READABLE],
    [ends.read, HANGUP],
  ]);
  poller.close();
  closeSync(ends.read);
});

test('a pipe without a reader is hung up for its writer', async () => {
  const ends = pipe();
  const { poller, calls, until } = recording((poller, fd) => poller.remove(fd));
  poller.add(ends.write, HANGUP);
  await nextTurns();
  expect(calls).toEqual([]);
  closeSync(ends.read);
  await until(1);
  expect(calls).toEqual([[ends.write, HANGUP]]);
  poller.close();
  closeSync(ends.write);
});

test('what is not read is reported again', async () => {
  const ends = pipe();
  write(ends.write, 'x');
  const { poller, calls, until } = recording();
  poller.add(ends.read, READABLE);
  await until(3);
  poller.close();
  expect(calls.slice(0, 3)).toEqual(Array(3).fill([ends.read, READABLE]));
  closeAll(ends);
});

test('a descriptor removed by an earlier call of the same wakeup is not reported', async () => {
  const pipes = [pipe(), pipe(), pipe()];
  for (const ends of pipes) write(ends.write, 'x');
  const { poller, calls, until } = recording((poller) => {
    for (const { read } of pipes) poller.remove(read);
  });
  for (const { read } of pipes) poller.add(read, READABLE);
  await until(1);
  await nextTurns();
  expect(calls).toHaveLength(1);
  poller.close();
  closeAll(...pipes);
});

test('a descriptor removed and added again in the same wakeup is not reported for the old one', async () => {
  const [first, second] = [pipe(), pipe()];
  write(first.write, 'x');
  write(second.write, 'x');
  const seen: number[] = [];
  const { poller, until } = recording((poller, fd) => {
    if (seen.length === 0) {
      for (const { read } of [first, second]) {
        readInto(read, Buffer.alloc(10));
        poller.remove(read);
        poller.add(read, READABLE);
      }
    }
    seen.push(fd);
  });
  poller.add(first.read, READABLE);
  poller.add(second.read, READABLE);
  await until(1);
  await nextTurns();
  expect(seen).toHaveLength(1);
  write(second.write, 'y');
  await until(2);
  expect(seen[1]).toBe(second.read);
  poller.close();
  closeAll(first, second);
});

test('a descriptor is reported only for what it is watched for, also within a wakeup', async () => {
  const [a, b] = [pipe(), pipe()];
  const { poller, calls, until } = recording((poller) => {
    poller.modify(a.write, 0);
    poller.modify(b.write, 0);
  });
  poller.add(a.write, WRITABLE);
  poller.add(b.write, WRITABLE);
  await until(1);
  await nextTurns();
  expect(calls).toHaveLength(1);
  poller.modify(b.write, WRITABLE);
  await until(2);
  expect(calls[1]).toEqual([b.write, WRITABLE]);
  poller.close();
  closeAll(a, b);
});

test('a paused descriptor is not reported, not even as hung up', async () => {
  const ends = pipe();
  const { poller, calls, until } = recording((poller, fd) => poller.remove(fd));
  poller.add(ends.read, READABLE);
  poller.modify(ends.read, 0);
  closeSync(ends.write);
  await nextTurns();
  expect(calls).toEqual([]);
  poller.modify(ends.read, READABLE);
  await until(1);
  poller.close();
  closeSync(ends.read);
});

test('hundreds of ready descriptors are all reported', async () => {
  const pipes = Array.from({ length: 300 }, () => pipe());
  const { poller, calls, until } = recording((poller, fd) => poller.remove(fd));
  for (const ends of pipes) {
    write(ends.write, 'x');
    poller.add(ends.read, READABLE);
  }
  await until(300);
  expect(new Set(calls.map(([fd]) => fd)).size).toBe(300);
  poller.close();
  closeAll(...pipes);
});

test('a full pipe becomes writable when it is read', async () => {
  const ends = pipe();
  setNonblocking(ends.write, true);
  setPipeSize(ends.write, 4096);
  const block = Buffer.alloc(4096);
  expect(writeFrom(ends.write, block, 0, 4096)).toBe(4096);
  const { poller, calls, until } = recording((poller, fd) => poller.remove(fd));
  poller.add(ends.write, WRITABLE);
  await nextTurns();
  expect(calls).toEqual([]);
  readInto(ends.read, block);
  await until(1);
  poller.close();
  closeAll(ends);
});

test('wrong use is an error with a name', () => {
  const { poller } = recording();
  const ends = pipe();
  const file = openSync('/etc/passwd', 'r');
  poller.add(ends.read, READABLE);
  expect(() => poller.add(ends.read, READABLE)).toThrow(/EEXIST/);
  expect(() => poller.modify(ends.write, READABLE)).toThrow(/ENOENT/);
  expect(() => poller.add(file, READABLE)).toThrow(/EPERM/);
  expect(() => poller.add(9999, READABLE)).toThrow(/EBADF/);
  poller.remove(9999);
  poller.close();
  poller.close();
  poller.remove(ends.read);
  expect(() => poller.add(ends.read, READABLE)).toThrow(/EBADF/);
  closeAll(ends);
  closeSync(file);
});

test('a poller may be closed by its own call', async () => {
  const pipes = [pipe(), pipe()];
  for (const ends of pipes) write(ends.write, 'x');
  const { poller, calls, until } = recording((poller) => poller.close());
  for (const { read } of pipes) poller.add(read, READABLE);
  await until(1);
  await nextTurns();
  expect(calls).toHaveLength(1);
  closeAll(...pipes);
});

test('an error in a call is an uncaught exception, and the others are reported all the same', () => {
  const { stdout } = runScript(`
    const pipes = [posix.pipe(), posix.pipe()];
    for (const { write } of pipes) posix.writeFrom(write, Buffer.from('x'), 0, 1);
    process.on('uncaughtException', (error) => console.log('uncaught', error.message));
    let calls = 0;
    const poller = new posix.Poller((fd) => {
      poller.remove(fd);
      calls += 1;
      if (calls === 2) setImmediate(() => console.log('calls', calls));
      throw new Error('wrong ' + calls);
    });
    for (const { read } of pipes) poller.add(read, posix.READABLE);
  `);
  expect(stdout).toBe('uncaught wrong 1\nuncaught wrong 2\ncalls 2\n');
});

test('an error in a call that is not caught ends the process', () => {
  const { stderr, status } = runScript(`
    const { write } = posix.pipe();
    new posix.Poller(() => { throw new Error('on purpose'); }).add(write, posix.WRITABLE);
  `);
  expect(stderr).toContain('Error: on purpose');
  expect(status).toBe(1);
});

test('promises and ticks of a call run before the next turn', () => {
  const { stdout } = runScript(`
    const { write } = posix.pipe();
    const poller = new posix.Poller((fd) => {
      poller.remove(fd);
      setImmediate(() => console.log('immediate'));
      Promise.resolve().then(() => console.log('promise'));
      process.nextTick(() => console.log('tick'));
    });
    poller.add(write, posix.WRITABLE);
  `);
  expect(stdout).toBe('tick\npromise\nimmediate\n');
});

test('a poller keeps the process alive only while something is registered', () => {
  const idle = runScript('new posix.Poller(() => {}); console.log("idle")');
  expect(idle).toMatchObject({ stdout: 'idle\n', status: 0 });
  const waiting = runScript(`
    const { read, write } = posix.pipe();
    const poller = new posix.Poller((fd) => { console.log('called'); poller.remove(fd); });
    poller.add(read, posix.READABLE);
    setTimeout(() => posix.writeFrom(write, Buffer.from('x'), 0, 1), 50).unref();
  `);
  expect(waiting).toMatchObject({ stdout: 'called\n', status: 0 });
  const besides = runScript(`
    const poller = new posix.Poller(() => {});
    const [first, second] = [posix.pipe(), posix.pipe()];
    poller.add(first.read, posix.READABLE, false);
    poller.add(second.read, posix.READABLE);
    poller.remove(second.read);
    console.log('besides');
  `);
  expect(besides).toMatchObject({ stdout: 'besides\n', status: 0 });
});

test('a worker with an open poller ends cleanly', () => {
  const { stdout, stderr, status } = runScript(`
    import { isMainThread, Worker } from 'node:worker_threads';
    if (isMainThread) {
      new Worker(__filename).on('exit', (code) => console.log('worker', code));
    } else {
      const { read } = posix.pipe();
      new posix.Poller(() => {}).add(read, posix.READABLE);
      setImmediate(() => process.exit(0));
    }
  `);
  expect(stderr).toBe('');
  expect(stdout).toBe('worker 0\n');
  expect(status).toBe(0);
});
