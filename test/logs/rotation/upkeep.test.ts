import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type ChannelLog, type ChannelLogOptions, openChannelLog } from '../../../src/logs/channel-log.ts';

/** Of the six fields of a cron pattern: each second. */
const EACH_SECOND = '* * * * * *';

let folder = '';
let path = '';
let reports: string[] = [];
const logs: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-upkeep-'));
  path = join(folder, 'log');
  reports = [];
});

afterEach(() => {
  for (const log of logs.splice(0)) log.close();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<ChannelLogOptions>): ChannelLog {
  const report = (message: string): number => reports.push(message);
  const log = openChannelLog(
    { path, maxBytes: 0, backups: 3, ...options },
    { failed: report, recovered: report, warned: report },
  );
  logs.push(log);
  return log;
}

function write(log: ChannelLog, text: string): void {
  log.write(Buffer.from(text));
}

function age(file: string, days: number): void {
  const seconds = Date.now() / 1000 - days * 24 * 3600;
  utimesSync(file, seconds, seconds);
}

describe('a log that rotates at certain times', () => {
  test('does so when the time comes, and not while it is empty', async () => {
    const log = open({ rotate: EACH_SECOND });
    write(log, 'one\n');
    await waitUntil('the log has rotated', () => existsSync(`${path}.1`), 60);
    write(log, 'two\n');
    await waitUntil('the log has rotated again', () => existsSync(`${path}.2`), 60);
    log.close();
    logs.length = 0;
    expect(['log', 'log.1', 'log.2'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      '',
      'two\n',
      'one\n',
    ]);
  });

  test('rotates by its size too', () => {
    const log = open({ rotate: 'daily', maxBytes: 4 });
    write(log, 'abcd');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('abcd');
  });

  test('rotates once where several programs share it', async () => {
    const all = Array.from({ length: 20 }, () => open({ rotate: EACH_SECOND }));
    for (const log of all) write(log, 'x\n');
    await waitUntil('the log has rotated', () => existsSync(`${path}.1`), 60);
    for (const log of all) log.close();
    logs.length = 0;
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('x\n'.repeat(20));
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  test('rotates when it is opened if a time has passed since its last line', () => {
    writeFileSync(path, 'of yesterday\n');
    age(path, 2);
    const log = open({ rotate: 'daily' });
    write(log, 'of today\n');
    expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual([
      'of yesterday\n',
      'of today\n',
    ]);
  });

  test('goes on in its file if none has passed', () => {
    writeFileSync(path, 'before\n');
    const log = open({ rotate: '0 0 1 1 *' });
    write(log, 'after\n');
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });

  test('that cannot be rotated is written on, and reported once', async () => {
    const log = open({ rotate: EACH_SECOND });
    write(log, 'one\n');
    // The name of the first backup is taken by a folder that is not empty.
    rmSync(`${path}.1`, { force: true });
    writeFolder(`${path}.1`);
    writeFolder(`${path}.2`);
    writeFolder(`${path}.3`);
    await waitUntil('it is reported', () => reports.length > 0, 60);
    write(log, 'two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(reports.filter((report) => report.includes('cannot be rotated'))).toHaveLength(1);
  });
});

describe('backups that have reached their age', () => {
  test('are removed when the log is opened and when it rotates, compressed ones too', () => {
    for (const name of ['log.1', 'log.2.gz', 'log.3.gz']) writeFileSync(join(folder, name), name);
    age(`${path}.2.gz`, 13);
    age(`${path}.3.gz`, 15);
    const log = open({ maxAge: 14 * 24 * 3600, maxBytes: 4, compress: 'gzip', backups: 9 });
    expect(readdirSync(folder).sort()).toEqual(['log', 'log.1', 'log.2.gz']);
    age(`${path}.2.gz`, 15);
    write(log, 'abcd');
    expect(existsSync(`${path}.3.gz`)).toBe(false);
  });

  test('are removed at that moment, without a rotation', async () => {
    writeFileSync(`${path}.1`, 'old');
    age(`${path}.1`, 1);
    open({ maxAge: 24 * 3600 + 1 });
    await waitUntil('the backup is removed', () => !existsSync(`${path}.1`), 60);
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('the log itself is never removed', () => {
    writeFileSync(path, 'old\n');
    age(path, 100);
    open({ maxAge: 60 });
    expect(readFileSync(path, 'utf8')).toBe('old\n');
  });
});

function writeFolder(name: string): void {
  mkdirSync(name);
  writeFileSync(join(name, 'x'), '');
}
