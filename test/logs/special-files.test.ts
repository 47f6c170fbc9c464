import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChannelLog, openChannelLog } from '../../src/logs/channel-log.ts';
import { pipe, readInto, setNonblocking } from '../../src/native/posix.ts';
import { makeFifo } from '../fifos.ts';

let folder = '';
let reports: string[] = [];
const opened: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-special-'));
  reports = [];
});

afterEach(() => {
  for (const log of opened.splice(0)) log.close();
  rmSync(folder, { recursive: true });
});

function open(path: string, maxBytes = 0): ChannelLog {
  const log = openChannelLog(
    { path, maxBytes, backups: 1 },
    { failed: (message) => reports.push(message), recovered: (message) => reports.push(message) },
  );
  opened.push(log);
  return log;
}

function line(index: number): string {
  return `${String(index).padStart(998, '.')}\n`;
}

/** Reads what is there now; the descriptor must not block. */
function readNow(descriptor: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  let text = '';
  for (let count = readInto(descriptor, buffer); count > 0; count = readInto(descriptor, buffer)) {
    text += buffer.toString('latin1', 0, count);
  }
  return text;
}

async function readUntil(descriptor: number, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  await expect
    .poll(
      () => {
        text += readNow(descriptor);
        return isEnough(text);
      },
      { timeout: 60_000, interval: 2 },
    )
    .toBe(true);
  return text;
}

test('a pipe without a reader keeps 1 MiB, then drops whole writes, and goes on when it is read', async () => {
  const path = join(folder, 'fifo');
  makeFifo(path);
  const log = open(path, 100);
  for (let index = 0; index < 3000; index += 1) log.write(Buffer.from(line(index)));
  expect(reports).toEqual([
    `log ${path} cannot be written: its reader does not read; what is written to it is dropped until it can`,
  ]);

  const reader = openSync(path, 'r');
  setNonblocking(reader, true);
  const kept = await readUntil(reader, (text) => text.length > 1_100_000 && readNow(reader) === '');
  const lines = kept.trimEnd().split('\n').length;
  expect(kept).toBe(Array.from({ length: lines }, (_, index) => line(index)).join(''));

  await expect
    .poll(
      () => {
        log.write(Buffer.from('again\n'));
        return readNow(reader);
      },
      { timeout: 60_000 },
    )
    .toContain('again\n');
  await expect
    .poll(() => reports[1], { timeout: 60_000 })
    .toMatch(/is written again; \d+ bytes were dropped$/);
  closeSync(reader);
});

test('a slow reader of a pipe gets everything in order', async () => {
  const path = join(folder, 'fifo');
  makeFifo(path);
  const reader = openSync(path, 'r+');
  setNonblocking(reader, true);
  const log = open(path);
  const all = Array.from({ length: 800 }, (_, index) => line(index)).join('');
  log.write(Buffer.from(all.slice(0, 100_000)));
  log.write(Buffer.from(all.slice(100_000)));
  expect(await readUntil(reader, (text) => text.length >= all.length)).toBe(all);
  expect(reports).toEqual([]);
  closeSync(reader);
});

test('what a slow reader has not taken when the program ends still reaches it, before what the next one writes', async () => {
  const path = join(folder, 'fifo');
  makeFifo(path);
  const reader = openSync(path, 'r+');
  setNonblocking(reader, true);
  const all = Array.from({ length: 300 }, (_, index) => line(index));
  const first = open(path);
  first.write(Buffer.from(all.slice(0, 200).join('')));
  opened.pop();
  first.close();
  open(path).write(Buffer.from(all.slice(200).join('')));
  expect(await readUntil(reader, (text) => text.length >= 300 * 999)).toBe(all.join(''));
  closeSync(reader);
});

test('a pipe whose reader is gone drops what is written and reports it', async () => {
  const { read, write } = pipe();
  const log = open(`/dev/fd/${write}`);
  closeSync(read);
  log.write(Buffer.from('lost'));
  expect(reports).toEqual([
    `log /dev/fd/${write} cannot be written: broken pipe (EPIPE); what is written to it is dropped until it can`,
  ]);
  closeSync(write);
});

test('an inherited pipe stays a blocking one, and full it does not block the daemon', async () => {
  const { read, write } = pipe();
  const log = open(`/proc/self/fd/${write}`);
  for (let index = 0; index < 200; index += 1) log.write(Buffer.from(line(index)));
  expect(statusFlags(write) & 0o4000).toBe(0);
  expect(log.descriptor).toBeNull();
  setNonblocking(read, true);
  const all = Array.from({ length: 200 }, (_, index) => line(index)).join('');
  expect(await readUntil(read, (text) => text.length >= all.length)).toBe(all);
  closeSync(read);
  closeSync(write);
});

test('programs that share a pipe get their lines through in order', () => {
  const { read, write } = pipe();
  const one = open(`/dev/fd/${write}`);
  const link = join(folder, 'link');
  symlinkSync(`/dev/fd/${write}`, link);
  const other = open(link);
  one.write(Buffer.from('one\n'));
  other.write(Buffer.from('two\n'));
  one.write(Buffer.from('three\n'));
  setNonblocking(read, true);
  expect(readNow(read)).toBe('one\ntwo\nthree\n');
  closeSync(read);
  closeSync(write);
});

test('a pipe is never removed: clear is an error and the log goes on', () => {
  const path = join(folder, 'fifo');
  makeFifo(path);
  const reader = openSync(path, 'r+');
  const log = open(path);
  expect(() => log.clear()).toThrow(`${path} is not a regular file`);
  log.reopen();
  log.write(Buffer.from('on'));
  const buffer = Buffer.alloc(2);
  readSync(reader, buffer);
  expect(buffer.toString()).toBe('on');
  expect(existsSync(path)).toBe(true);
  closeSync(reader);
});

test('a regular file that was inherited is written at the position that others share, and never rotates', () => {
  const path = join(folder, 'file');
  const shared = openSync(path, 'w');
  writeSync(shared, 'before ');
  const log = open(`/dev/fd/${shared}`, 4);
  log.write(Buffer.from('log '));
  writeSync(shared, 'after');
  expect(readFileSync(path, 'utf8')).toBe('before log after');
  expect(existsSync(`${path}.1`)).toBe(false);
  expect(() => log.clear()).toThrow('is not a file that can be removed');
  closeSync(shared);
});

test('a descriptor that is not open is reported', () => {
  open('/dev/fd/1000000');
  expect(reports[0]).toContain('log /dev/fd/1000000 cannot be opened: bad file descriptor (EBADF)');
});

function statusFlags(descriptor: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
  return Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(text)?.[1] ?? '', 8);
}
