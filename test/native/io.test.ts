import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  truncateSync,
} from 'node:fs';
import { constants as os } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createTimer,
  dup2,
  errnoMessage,
  errnoName,
  Poller,
  PosixError,
  pipe,
  pipeSize,
  pump,
  READABLE,
  readInto,
  setNonblocking,
  setPipeSize,
  setTimer,
  writeFrom,
} from '../../src/native/posix.ts';
import { inFolder } from './support.ts';

const { EAGAIN, EBADF, ENOSPC, EPIPE } = os.errno;

function flags(fd: number): number {
  return Number.parseInt(
    /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '',
    8,
  );
}

const CLOEXEC = 0o2000000;

function write(fd: number, text: string): number {
  const bytes = Buffer.from(text);
  return writeFrom(fd, bytes, 0, bytes.length);
}

function readyPipe(text: string): { read: number; write: number } {
  const ends = pipe();
  setNonblocking(ends.read, true);
  write(ends.write, text);
  return ends;
}

test('the ends of a pipe are close-on-exec and blocking', () => {
  const ends = pipe();
  for (const fd of [ends.read, ends.write]) {
    expect(flags(fd) & (CLOEXEC | constants.O_NONBLOCK)).toBe(CLOEXEC);
    closeSync(fd);
  }
});

test('flags of a descriptor go on and off', () => {
  const { read, write } = pipe();
  setNonblocking(read, true);
  expect(flags(read) & (CLOEXEC | constants.O_NONBLOCK)).toBe(CLOEXEC | constants.O_NONBLOCK);
  setNonblocking(read, false);
  expect(flags(read) & (CLOEXEC | constants.O_NONBLOCK)).toBe(CLOEXEC);
  dup2(read, write);
  expect(fstatSync(write).ino).toBe(fstatSync(read).ino);
  expect(flags(write) & CLOEXEC).toBe(0);
  closeSync(read);
  closeSync(write);
});

test('a pipe grows to the size asked for', () => {
  const { read, write } = pipe();
  expect(setPipeSize(read, 200_000)).toBe(262_144);
  expect(pipeSize(write)).toBe(262_144);
  closeSync(read);
  closeSync(write);
});

test('a descriptor that is not open is an error with its name', () => {
  for (const call of [
    () => setNonblocking(9999, true),
    () => setPipeSize(9999, 4096),
    () => pipeSize(9999),
    () => setTimer(9999, 1),
    () => dup2(9999, 9998),
  ]) {
    expect(call).toThrow(PosixError);
    expect(call).toThrow(expect.objectContaining({ errno: EBADF, code: 'EBADF' }));
  }
});

test('reading and writing report bytes, the end and errors by number', () => {
  const buffer = Buffer.alloc(4);
  const { read, write: end } = readyPipe('');
  expect(readInto(read, buffer)).toBe(-EAGAIN);
  expect(writeFrom(end, Buffer.from('abcdef'), 1, 4)).toBe(4);
  expect(readInto(read, buffer)).toBe(4);
  expect(buffer.toString()).toBe('bcde');
  closeSync(end);
  expect(readInto(read, buffer)).toBe(0);
  closeSync(read);
  expect(readInto(read, buffer)).toBe(-EBADF);
});

test('writing without a reader is EPIPE', () => {
  const ends = pipe();
  closeSync(ends.read);
  expect(write(ends.write, 'x')).toBe(-EPIPE);
  closeSync(ends.write);
});

test.each([
  [-1, 1],
  [0, 7],
  [7, 0],
  [3, 4],
  [Number.MAX_SAFE_INTEGER, 1],
])('offset %i and length %i outside the buffer are refused', (offset, length) => {
  expect(() => writeFrom(1, Buffer.alloc(6), offset, length)).toThrow(RangeError);
});

test('a pump moves all bytes into a file, and reports the end when it finds nothing any more', () =>
  inFolder((folder) => {
    const path = join(folder, 'log');
    const file = openSync(path, 'a');
    const { read, write: end } = readyPipe('first, ');
    expect(pump(read, file, 1000)).toEqual({ moved: 7, end: 'empty', errno: 0, rest: null });
    expect(pump(read, file, 1000)).toEqual({ moved: 0, end: 'empty', errno: 0, rest: null });
    write(end, 'second');
    expect(pump(read, file, 3)).toEqual({ moved: 3, end: 'limit', errno: 0, rest: null });
    closeSync(end);
    expect(pump(read, file, 1000)).toEqual({ moved: 3, end: 'empty', errno: 0, rest: null });
    expect(pump(read, file, 1000)).toEqual({ moved: 0, end: 'eof', errno: 0, rest: null });
    expect(readFileSync(path, 'utf8')).toBe('first, second');
    closeSync(read);
    closeSync(file);
  }));

test('a pump writes where the file ends now, also after others have written to it or made it shorter', () =>
  inFolder((folder) => {
    const path = join(folder, 'log');
    const file = openSync(path, 'a');
    const { read, write: end } = readyPipe('one, ');
    pump(read, file, 1000);
    appendFileSync(path, 'others, ');
    write(end, 'two, ');
    pump(read, file, 1000);
    expect(readFileSync(path, 'utf8')).toBe('one, others, two, ');
    truncateSync(path);
    write(end, 'three');
    pump(read, file, 1000);
    expect(readFileSync(path, 'utf8')).toBe('three');
    for (const fd of [read, end, file]) closeSync(fd);
  }));

test('a timer becomes readable once its time has come, and not any more when it is set again', async () => {
  const timer = createTimer();
  const poller = new Poller(() => wake());
  let wake = () => {};
  const written = new Promise<void>((resolve) => {
    wake = resolve;
  });
  poller.add(timer, READABLE);
  const start = performance.now();
  setTimer(timer, 300_000);
  await written;
  expect(performance.now() - start).toBeGreaterThanOrEqual(0.3);
  setTimer(timer, 0);
  expect(readInto(timer, Buffer.alloc(8))).toBe(-EAGAIN);
  expect(() => setTimer(timer, -1)).toThrow(RangeError);
  poller.close();
  closeSync(timer);
});

test('a pump moves more than a pipe holds in several turns', () =>
  inFolder((folder) => {
    const path = join(folder, 'log');
    const file = openSync(path, 'a');
    const { read, write: end } = readyPipe('');
    setNonblocking(end, true);
    setPipeSize(read, 1 << 20);
    const block = Buffer.alloc(300_000, 'abcdefg\n');
    for (let sent = 0; sent < 3; sent += 1) {
      expect(writeFrom(end, block, 0, block.length)).toBe(block.length);
    }
    expect(pump(read, file, 1 << 30)).toMatchObject({ moved: 900_000, end: 'empty' });
    expect(readFileSync(path).equals(Buffer.concat([block, block, block]))).toBe(true);
    for (const fd of [read, end, file]) closeSync(fd);
  }));

test('bytes that a full disk refuses come back', () => {
  const { read, write: end } = readyPipe('precious');
  const appending = openSync('/dev/full', 'a');
  const result = pump(read, appending, 1000);
  expect(result).toMatchObject({ moved: 0, end: 'write-failed', errno: ENOSPC });
  closeSync(end);
  expect(result.rest?.toString()).toBe('precious');
  closeSync(read);
  closeSync(appending);
});

test('a full non-blocking target is reported, and no byte is lost', () => {
  const source = readyPipe('');
  const target = pipe();
  setNonblocking(target.write, true);
  setPipeSize(target.write, 4096);
  expect(writeFrom(target.write, Buffer.alloc(4096), 0, 4096)).toBe(4096);
  write(source.write, 'waiting');
  expect(pump(source.read, target.write, 1000)).toEqual({
    moved: 0,
    end: 'write-failed',
    errno: EAGAIN,
    rest: Buffer.from('waiting'),
  });
  closeSync(source.write);
  for (const fd of [source.read, target.read, target.write]) closeSync(fd);
});

test('a pump reports which side is not open', () => {
  const { read, write: end } = readyPipe('x');
  expect(pump(read, 9999, 10)).toMatchObject({ end: 'write-failed', errno: EBADF });
  expect(pump(9999, end, 10)).toMatchObject({ end: 'read-failed', errno: EBADF });
  closeSync(read);
  closeSync(end);
});

test('errors have the names and words of the C library', () => {
  expect([2, 8, 10, 11, 13, 24, 28].map(errnoName)).toEqual([
    'ENOENT',
    'ENOEXEC',
    'ECHILD',
    'EAGAIN',
    'EACCES',
    'EMFILE',
    'ENOSPC',
  ]);
  expect(errnoName(4242)).toBe('E4242');
  expect(errnoMessage(2)).toBe('No such file or directory');
});
