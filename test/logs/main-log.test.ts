import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLevelName } from '../../src/config/types.ts';
import { formatLine, openMainLog } from '../../src/logs/main-log.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-main-log-'));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function open(changes: { file?: string; level?: LogLevelName; maxBytes?: number; backups?: number } = {}) {
  const file = changes.file ?? join(folder, 'main.log');
  return openMainLog({ level: 'info', maxBytes: 0, backups: 0, toStdout: false, ...changes, file });
}

function read(name = 'main.log'): string {
  return readFileSync(join(folder, name), 'utf8');
}

test('a line has local time with milliseconds, the level in four letters and the message', () => {
  const time = new Date(2024, 0, 2, 3, 4, 5, 6).getTime();
  expect(formatLine('info', 'spawned: ä', time)).toBe('2024-01-02 03:04:05,006 INFO spawned: ä\n');
  expect(formatLine('critical', 'x', time + 994)).toBe('2024-01-02 03:04:06,000 CRIT x\n');
});

test('every level has its name, and those below the configured level are left out', () => {
  const all = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'] as const;
  const log = open({ level: 'blather' });
  for (const level of all) log[level](level);
  log.close();
  const names = read()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ')[2]);
  expect(names).toEqual(['CRIT', 'ERRO', 'WARN', 'INFO', 'DEBG', 'TRAC', 'BLAT']);

  const quiet = open({ file: join(folder, 'quiet.log'), level: 'warn' });
  for (const level of all) quiet.log(level, level);
  quiet.close();
  expect(read('quiet.log').match(/[A-Z]{4}/g)).toEqual(['CRIT', 'ERRO', 'WARN']);
  expect(quiet.isEnabled('warn')).toBe(true);
  expect(quiet.isEnabled('info')).toBe(false);
});

test('an existing log is continued', () => {
  for (const message of ['one', 'two']) {
    const log = open();
    log.info(message);
    log.close();
  }
  expect(read()).toMatch(/INFO one\n.*INFO two\n$/);
});

test('a log that cannot be opened at the start is an error that names the file and the reason', () => {
  const file = join(folder, 'missing', 'main.log');
  expect(() => open({ file })).toThrow(
    `The log file ${file} cannot be opened: no such file or directory (ENOENT)`,
  );
  expect(() => open({ file: folder })).toThrow(
    `The log file ${folder} cannot be opened: illegal operation on a directory (EISDIR)`,
  );
});

test('reopen goes on in a new file after the old one was renamed', () => {
  const log = open();
  log.info('before');
  renameSync(join(folder, 'main.log'), join(folder, 'moved.log'));
  log.info('still before');
  log.reopen();
  log.info('after');
  log.close();
  expect(read('moved.log')).toMatch(/INFO before\n.*INFO still before\n$/);
  expect(read()).toMatch(/^\S+ \S+ INFO after\n$/);
});

// Observed on the reference: `reopening log file` goes to the removed file, so that the new one is empty.
test('clear leaves an empty log that goes on', () => {
  const log = open();
  log.info('old');
  log.clear();
  expect(read()).toBe('');
  log.info('new');
  log.close();
  expect(read()).toMatch(/^\S+ \S+ INFO new\n$/);
});

test('clear puts back a log that was removed', () => {
  const log = open();
  rmSync(join(folder, 'main.log'));
  log.clear();
  log.close();
  expect(existsSync(join(folder, 'main.log'))).toBe(true);
});

test('a log that is a link to /dev/stdout cannot be cleared', () => {
  const file = join(folder, 'link.log');
  symlinkSync('/dev/stdout', file);
  const log = open({ file });
  expect(() => log.clear()).toThrow('is not a file that can be removed');
  log.close();
  expect(existsSync(file)).toBe(true);
});

test('the log rotates when a line makes it reach its size', () => {
  const log = open({ maxBytes: 60, backups: 2 });
  for (const message of ['first line', 'second line', 'third line']) log.info(message);
  log.close();
  expect(read('main.log.1')).toMatch(/INFO first line\n.*INFO second line\n$/);
  expect(read()).toMatch(/^\S+ \S+ INFO third line\n$/);
});

test('a full disk loses lines but does not throw', () => {
  const log = open({ file: '/dev/full' });
  expect(() => {
    log.info('lost');
    log.reopen();
    log.info('lost');
    log.close();
  }).not.toThrow();
});
