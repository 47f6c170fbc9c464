import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ChannelLog, openChannelLog } from '../../src/logs/channel-log.ts';

let folder = '';
let path = '';
let reports: string[] = [];
const opened: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-channel-'));
  path = join(folder, 'log');
  reports = [];
});

afterEach(() => {
  vi.useRealTimers();
  for (const log of opened.splice(0)) log.close();
  rmSync(folder, { recursive: true });
});

function open(file = path, limits = { maxBytes: 0, backups: 0 }): ChannelLog {
  const log = openChannelLog(
    { path: file, ...limits },
    { failed: (message) => reports.push(message), recovered: (message) => reports.push(message) },
  );
  opened.push(log);
  return log;
}

function write(log: ChannelLog, text: string): void {
  log.write(Buffer.from(text));
}

function useFakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

test('bytes are written as they came, and an existing log is continued', () => {
  writeFileSync(path, 'before\n');
  const log = open();
  log.write(Buffer.from([0, 255, 27, 10]));
  expect(readFileSync(path)).toEqual(Buffer.from([...Buffer.from('before\n'), 0, 255, 27, 10]));
  expect(reports).toEqual([]);
});

test('clear leaves an empty log that goes on, for all programs that share it', () => {
  const log = open();
  const other = open();
  write(log, 'old\n');
  log.clear();
  expect(readFileSync(path, 'utf8')).toBe('');
  write(other, 'other\n');
  write(log, 'new\n');
  expect(readFileSync(path, 'utf8')).toBe('other\nnew\n');
});

test('clear leaves the backups alone', () => {
  const log = open(path, { maxBytes: 4, backups: 1 });
  write(log, '1234');
  write(log, '5');
  log.clear();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('1234');
});

test('a log that others deleted is written on unseen until it is reopened or cleared', () => {
  const log = open();
  rmSync(path);
  write(log, 'unseen');
  expect(existsSync(path)).toBe(false);
  log.reopen();
  write(log, 'seen');
  expect(readFileSync(path, 'utf8')).toBe('seen');
  rmSync(path);
  log.clear();
  write(log, 'again');
  expect(readFileSync(path, 'utf8')).toBe('again');
  expect(reports).toEqual([]);
});

test('reopen after a rename goes on in a new file', () => {
  const log = open();
  write(log, 'one');
  renameSync(path, join(folder, 'moved'));
  write(log, 'two');
  log.reopen();
  write(log, 'three');
  expect(readFileSync(join(folder, 'moved'), 'utf8')).toBe('onetwo');
  expect(readFileSync(path, 'utf8')).toBe('three');
});

test('a log in a folder that is not there yet is reported once, and written as soon as the folder is there', () => {
  useFakeClock();
  const file = join(folder, 'later', 'log');
  const log = open(file);
  for (let index = 0; index < 5; index += 1) write(log, 'lost');
  expect(reports).toEqual([
    `log ${file} cannot be opened: no such file or directory (ENOENT); what is written to it is dropped until it can`,
  ]);
  expect(log.descriptor).toBeNull();
  mkdirSync(join(folder, 'later'));
  vi.advanceTimersByTime(250);
  write(log, 'kept');
  expect(readFileSync(file, 'utf8')).toBe('kept');
  expect(log.descriptor).not.toBeNull();
  vi.advanceTimersByTime(1000);
  expect(reports.slice(1)).toEqual([`log ${file} is written again; 20 bytes were dropped`]);
});

test('a log without permission is reported, and reopen tries at once', () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o500 });
  chmodSync(folder, 0o755);
  const log = asUnprivileged(() => open(join(closed, 'log')));
  expect(reports[0]).toContain('permission denied (EACCES)');
  chmodSync(closed, 0o700);
  log.reopen();
  write(log, 'kept');
  expect(readFileSync(log.path, 'utf8')).toBe('kept');
});

test('a full disk (/dev/full) is one report for many writes, and the log is tried a few times per second only', () => {
  useFakeClock();
  const log = open('/dev/full');
  for (let index = 0; index < 100; index += 1) {
    write(log, 'lost');
    vi.advanceTimersByTime(50);
  }
  expect(reports).toEqual([
    'log /dev/full cannot be written: no space left on device (ENOSPC); what is written to it is dropped until it can',
  ]);
});

test('a failure that returns before the log has settled is the same failure', () => {
  useFakeClock();
  const file = join(folder, 'later', 'log');
  const log = open(file);
  for (let round = 0; round < 3; round += 1) {
    mkdirSync(join(folder, 'later'));
    vi.advanceTimersByTime(250);
    write(log, 'kept');
    rmSync(join(folder, 'later'), { recursive: true });
    log.reopen();
    write(log, 'lost');
  }
  expect(reports).toHaveLength(1);
  mkdirSync(join(folder, 'later'));
  vi.advanceTimersByTime(250);
  write(log, 'kept');
  vi.advanceTimersByTime(1000);
  expect(reports.slice(1)).toEqual([`log ${file} is written again; 12 bytes were dropped`]);
});

test('a log on a disk that fills up goes on when there is room again, and reports how much is missing', ({
  skip,
}) => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  skip(!mountSmallDisk(disk), 'a small disk can only be mounted by root');
  try {
    useFakeClock();
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(40_000));
    const log = open(join(disk, 'log'));
    const line = 'x'.repeat(999);
    for (let index = 0; index < 100; index += 1) write(log, `${line}\n`);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('no space left on device (ENOSPC)');
    const before = statSync(log.path).size;

    rmSync(join(disk, 'ballast'));
    vi.advanceTimersByTime(250);
    write(log, 'again\n');
    vi.advanceTimersByTime(1000);
    const size = statSync(log.path).size;
    expect(size).toBe(before + 6);
    expect(reports[1]).toBe(`log ${log.path} is written again; ${100_000 - before} bytes were dropped`);
    opened.pop();
    log.close();
  } finally {
    execFileSync('umount', [disk]);
  }
});

test('a log that cannot rotate keeps every byte and reports it', () => {
  useFakeClock();
  mkdirSync(`${path}.1`);
  const log = open(path, { maxBytes: 4, backups: 1 });
  for (const text of ['0123', '4567', '89']) write(log, text);
  expect(readFileSync(path, 'utf8')).toBe('0123456789');
  expect(reports).toHaveLength(1);
  expect(reports[0]).toContain('cannot be rotated');
  expect(log.descriptor).not.toBeNull();
  vi.advanceTimersByTime(2000);
  expect(reports).toHaveLength(1);
  rmSync(`${path}.1`, { recursive: true });
  write(log, 'x');
  write(log, 'y');
  vi.advanceTimersByTime(1000);
  expect(reports[1]).toBe(`log ${path} is written again; 0 bytes were dropped`);
  expect(readdirSync(folder).sort()).toEqual(['log', 'log.1']);
});

function asUnprivileged<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

function mountSmallDisk(target: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'visord-test', target], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
