import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type ChannelLog, openChannelLog } from '../../../src/logs/channel-log.ts';
import { compressBackups } from '../../../src/logs/rotation/compression.ts';

let folder = '';
let path = '';
let reports: string[] = [];
const logs: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-compress-'));
  path = join(folder, 'log');
  reports = [];
});

afterEach(async () => {
  for (const log of logs.splice(0)) log.close();
  await settled();
  rmSync(folder, { recursive: true });
});

function open(count = 5, maxBytes = 4): ChannelLog {
  const report = (message: string): number => reports.push(message);
  const log = openChannelLog(
    { path, maxBytes, backups: count, compress: 'gzip' },
    { failed: report, recovered: report, warned: report },
  );
  logs.push(log);
  return log;
}

/** Waits for all jobs: they are done one after the other, and this one is the last. */
async function settled(): Promise<void> {
  const last = mkdtempSync(join(tmpdir(), 'visord-compress-last-'));
  writeFileSync(join(last, 'log.2'), 'x');
  compressBackups({
    path: join(last, 'log'),
    backups: { count: 2, compression: 'gzip' },
    failed: (message) => reports.push(message),
  });
  await waitUntil('all backups are compressed', () => !existsSync(join(last, 'log.2')), 60);
  await new Promise((resolve) => setImmediate(resolve));
  rmSync(last, { recursive: true });
}

function names(): string[] {
  return readdirSync(folder).sort();
}

function textOf(name: string): string {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

test('the first backup stays plain, and the others are compressed', async () => {
  const log = open();
  for (const text of ['1111', '2222', '3333', '4444']) log.write(Buffer.from(text));
  await settled();
  expect(names()).toEqual(['log', 'log.1', 'log.2.gz', 'log.3.gz', 'log.4.gz']);
  expect(names().map(textOf)).toEqual(['', '4444', '3333', '2222', '1111']);
  expect(reports).toEqual([]);
});

test('compressed backups count, and the oldest is removed', async () => {
  const log = open(3);
  for (let index = 1; index <= 7; index += 1) {
    log.write(Buffer.from(`000${index}`));
    await settled();
  }
  expect(names()).toEqual(['log', 'log.1', 'log.2.gz', 'log.3.gz']);
  expect(names().map(textOf)).toEqual(['', '0007', '0006', '0005']);
});

test('what rotates while a backup is compressed gets the name that it has then', async () => {
  writeFileSync(`${path}.1`, 'x'.repeat(3_000_000));
  const log = open(6);
  for (const text of ['1111', '2222', '3333']) {
    log.write(Buffer.from(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settled();
  expect(names()).toEqual(['log', 'log.1', 'log.2.gz', 'log.3.gz', 'log.4.gz']);
  expect(names().map((name) => textOf(name).slice(0, 4))).toEqual(['', '3333', '2222', '1111', 'xxxx']);
});

test('plain backups of an earlier configuration are compressed when the log is opened', async () => {
  for (const index of [1, 2, 3]) writeFileSync(`${path}.${index}`, `old ${index}`);
  open();
  await settled();
  expect(names()).toEqual(['log', 'log.1', 'log.2.gz', 'log.3.gz']);
});

test('a compressed backup has the permissions and the time of the plain one', async () => {
  writeFileSync(`${path}.2`, 'old');
  chmodSync(`${path}.2`, 0o640);
  utimesSync(`${path}.2`, 1_700_000_000, 1_700_000_000);
  open();
  await settled();
  const { mode, mtimeMs } = statSync(`${path}.2.gz`);
  expect([(mode & 0o777).toString(8), mtimeMs]).toEqual(['640', 1_700_000_000_000]);
});

describe('after a daemon that was killed', () => {
  test('half a file does not count as a backup: it is removed, and the plain one is compressed', async () => {
    writeFileSync(`${path}.2`, 'whole');
    writeFileSync(`${path}.compressing`, 'half');
    open();
    await settled();
    expect(names()).toEqual(['log', 'log.2.gz']);
    expect(textOf('log.2.gz')).toBe('whole');
  });

  test('a plain backup beside its compressed one takes its place', async () => {
    writeFileSync(`${path}.2`, 'plain');
    writeFileSync(`${path}.2.gz`, 'anything');
    open();
    await settled();
    expect(names()).toEqual(['log', 'log.2.gz']);
    expect(textOf('log.2.gz')).toBe('plain');
  });
});

test('what is not a file of its own is left alone', async () => {
  writeFileSync(join(folder, 'secret'), 'secret');
  linkSync(join(folder, 'secret'), `${path}.2`);
  symlinkSync(join(folder, 'secret'), `${path}.3`);
  writeFileSync(`${path}.4`, 'a backup');
  open();
  await settled();
  expect(names()).toEqual(['log', 'log.2', 'log.3', 'log.4.gz', 'secret']);
});

test('a backup that cannot be compressed stays as it is, and is reported', async () => {
  // A folder has the name of the unfinished file.
  const blocked = `${path}.compressing`;
  writeFileSync(`${path}.2`, 'old');
  mkdtempSync(`${blocked}-`);
  renameSync(join(folder, names().find((name) => name.startsWith('log.compressing-')) ?? ''), blocked);
  open();
  await settled();
  expect(textOf('log.2')).toBe('old');
  expect(reports).toHaveLength(1);
  expect(reports[0]).toContain(`log ${path}: a backup cannot be compressed: `);
});
