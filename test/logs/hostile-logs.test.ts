/** Logs in folders that the user of a program may change, and text that is made to keep the daemon busy. */
import {
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChannelLog, type ChannelLogOptions, openChannelLog } from '../../src/logs/channel-log.ts';
import { openFresh, openTruncated } from '../../src/logs/log-destination.ts';
import { openForReading } from '../../src/logs/log-succession.ts';
import { openMainLog } from '../../src/logs/main-log.ts';
import { readLog } from '../../src/logs/read-log.ts';
import { makeFifo } from '../fifos.ts';
import { needing, ROOT } from '../needs.ts';

const OTHER = 54_321;

let folder = '';
let reports: string[] = [];
const logs: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-hostile-'));
  reports = [];
});

afterEach(() => {
  for (const log of logs.splice(0)) log.close();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<ChannelLogOptions> & { path: string }): ChannelLog {
  const log = openChannelLog(
    { maxBytes: 0, backups: 1, ...options },
    { failed: (message) => reports.push(message), recovered: (message) => reports.push(message) },
  );
  logs.push(log);
  return log;
}

function write(log: ChannelLog, text: string): void {
  log.write(Buffer.from(text));
}

describe('what has come into the place of a log that is rotated', () => {
  test('is not waited for where it is a FIFO', () => {
    const path = join(folder, 'a.log');
    makeFifo(path);
    for (const openIt of [openFresh, openTruncated]) {
      const { descriptor, isRotatable } = openIt({ kind: 'path', path, isPrivate: false });
      closeSync(descriptor);
      expect(isRotatable).toBe(false);
    }
  });

  test('is written on where it is a file, and never emptied', () => {
    const path = join(folder, 'a.log');
    writeFileSync(path, 'of another program');
    const { descriptor, size } = openFresh({ kind: 'path', path, isPrivate: false });
    closeSync(descriptor);
    expect([size, readFileSync(path, 'utf8')]).toEqual([18, 'of another program']);
  });
});

needing(describe, ROOT)('a log in a folder of the program’s user', () => {
  let home = '';
  let path = '';
  let secret = '';

  beforeEach(() => {
    home = join(folder, 'home');
    path = join(home, 'app.log');
    mkdirSync(home);
    chownSync(home, OTHER, OTHER);
    mkdirSync(join(folder, 'etc'));
    secret = join(folder, 'etc/shadow');
    writeFileSync(secret, 'secret', { mode: 0o600 });
  });

  /** Puts a link in the place of the log, as the user can at any time. */
  function plantLink(): void {
    rmSync(path, { force: true });
    symlinkSync(secret, path);
    lchownSync(path, OTHER, OTHER);
  }

  function secretIsUntouched(): void {
    expect([readFileSync(secret, 'utf8'), statSync(secret).mode & 0o777]).toEqual(['secret', 0o600]);
  }

  test('is written and rotated as anywhere', () => {
    const log = open({ path, maxBytes: 4 });
    write(log, 'full');
    write(log, 'new');
    expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['full', 'new']);
    log.clear();
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(reports).toEqual([]);
  });

  test('is not opened through a link to a file of root, and its program is not disturbed', () => {
    plantLink();
    const log = open({ path });
    write(log, 'dropped');
    log.reopen();
    secretIsUntouched();
    expect(reports).toEqual([
      `log ${path} cannot be opened: a symbolic link of user ${OTHER} leads to a file of another user; ` +
        'what is written to it is dropped until it can',
    ]);
  });

  test('does not empty or rename a file of root when it rotates', () => {
    for (const backups of [0, 1]) {
      const log = open({ path, maxBytes: 4, backups });
      write(log, 'abc');
      plantLink();
      write(log, 'd');
      write(log, 'e');
      secretIsUntouched();
      log.close();
      logs.length = 0;
      rmSync(path, { force: true });
    }
    expect(existsSync(`${secret}.1`)).toBe(false);
  });

  test('does not shift backups in a folder of root that a link leads to', () => {
    const inner = join(home, 'log');
    mkdirSync(inner);
    chownSync(inner, OTHER, OTHER);
    const log = open({ path: join(inner, 'shadow'), maxBytes: 4, backups: 2 });
    write(log, 'abc');
    renameSync(inner, join(home, 'moved'));
    symlinkSync(join(folder, 'etc'), inner);
    lchownSync(inner, OTHER, OTHER);
    write(log, 'd');
    expect(() => log.clear()).toThrow('of another user');
    secretIsUntouched();
    expect(reports[0]).toContain('cannot be rotated');
    // Nothing is lost of it: it goes on growing.
    write(log, 'e');
    expect(readFileSync(join(home, 'moved/shadow'), 'utf8')).toBe('abcde');
  });

  test('is not shown where it is a link to a file of root', () => {
    plantLink();
    expect(() => readLog(path, 0, 0)).toThrow('cannot be read');
    expect(() => openForReading(path)).toThrow('of another user');
  });
});

describe('a log that the daemon named itself', () => {
  test('is for its user only, after a rotation and after it was removed, too', () => {
    const path = join(folder, 'auto.log');
    const log = open({ path, isPrivate: true, maxBytes: 4 });
    write(log, 'full');
    write(log, 'a');
    unlinkSync(path);
    log.reopen();
    write(log, 'b');
    expect([path, `${path}.1`].map((file) => lstatSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(readFileSync(path, 'utf8')).toBe('b');
  });

  test.each([
    ['a link', (path: string) => symlinkSync(join(folder, 'victim'), path)],
    ['a FIFO', makeFifo],
  ])('replaces %s that has taken its name', (_what, plant) => {
    const path = join(folder, 'auto.log');
    writeFileSync(join(folder, 'victim'), 'untouched');
    plant(path);
    write(open({ path, isPrivate: true }), 'mine');
    expect(lstatSync(path).isFile()).toBe(true);
    expect([readFileSync(path, 'utf8'), readFileSync(join(folder, 'victim'), 'utf8')]).toEqual([
      'mine',
      'untouched',
    ]);
  });

  needing(test, ROOT)('replaces a file of another user that has taken its name', () => {
    const path = join(folder, 'auto.log');
    writeFileSync(path, '', { mode: 0o666 });
    chownSync(path, OTHER, OTHER);
    write(open({ path, isPrivate: true }), 'mine');
    const { uid, mode } = statSync(path);
    expect([uid, mode & 0o777, readFileSync(path, 'utf8')]).toEqual([0, 0o600, 'mine']);
  });
});

test('a message of many line ends is sent to syslog in time that grows with its length', () => {
  const log = openMainLog({
    level: 'info',
    file: null,
    maxBytes: 0,
    backups: 0,
    toStdout: false,
    toSyslog: true,
  });
  log.info(`${'\n'.repeat(400_000)}x`);
  log.close();
});
