import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ChannelLog, openChannelLog } from '../../src/logs/channel-log.ts';
import { KeptAutoLog } from '../../src/logs/kept-auto-log.ts';
import { inFolder } from '../native/support.ts';

const SILENT = { failed: () => undefined, recovered: () => undefined };

function opened(path: string, maxBytes = 0): ChannelLog {
  return openChannelLog({ path, maxBytes, backups: 1, isPrivate: true }, SILENT);
}

function withLog(
  act: (setting: { path: string; log: ChannelLog; kept: KeptAutoLog }) => void,
): Promise<void> {
  return inFolder((folder) => {
    const path = join(folder, 'auto.log');
    const log = opened(path);
    act({ path, log, kept: new KeptAutoLog(path) });
    log.close();
  });
}

test('a log that is removed begins anew, for its user alone', () =>
  withLog(({ path, log, kept }) => {
    log.write(Buffer.from('before'));
    expect(kept.look()).toBe(null);
    rmSync(path);
    expect(kept.look()).toEqual({ kind: 'made again', was: 'removed' });
    log.write(Buffer.from('after'));
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['after', 0o600]);
  }));

test('a log that is moved away and replaced by an empty one, as logrotate does, goes on in that one', () =>
  withLog(({ path, log, kept }) => {
    log.write(Buffer.from('before'));
    renameSync(path, `${path}-1`);
    writeFileSync(path, '');
    expect(kept.look()).toEqual({ kind: 'made again', was: 'replaced' });
    log.write(Buffer.from('after'));
    expect([readFileSync(`${path}-1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['before', 'after']);
  }));

test('a link that takes its name is replaced, and what it leads to is left alone', () =>
  withLog(({ path, log, kept }) => {
    writeFileSync(`${path}-secret`, 'secret');
    for (const make of [symlinkSync, linkSync]) {
      rmSync(path);
      make(`${path}-secret`, path);
      expect(kept.look()).toEqual({ kind: 'made again', was: 'replaced' });
      log.write(Buffer.from('line'));
      expect(readFileSync(`${path}-secret`, 'utf8')).toBe('secret');
      expect(readFileSync(path, 'utf8')).toBe('line');
    }
  }));

test('a rotation and a clear are not a removal', () =>
  inFolder((folder) => {
    const path = join(folder, 'auto.log');
    const log = opened(path, 4);
    const kept = new KeptAutoLog(path);
    log.write(Buffer.from('12345'));
    expect([kept.look(), readFileSync(`${path}.1`, 'utf8')]).toEqual([null, '12345']);
    log.clear();
    expect(kept.look()).toBe(null);
    log.close();
  }));

test('a log that no program writes to is made again too', () =>
  inFolder((folder) => {
    const path = join(folder, 'auto.log');
    const kept = new KeptAutoLog(path);
    expect(kept.look()).toEqual({ kind: 'made again', was: 'removed' });
    expect(kept.look()).toBe(null);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }));

test('without its folder a log goes on in the file that it has open', () =>
  inFolder((folder) => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const path = join(inner, 'auto.log');
    const log = opened(path);
    const kept = new KeptAutoLog(path);
    rmSync(inner, { recursive: true });
    expect(() => kept.look()).toThrow('ENOENT');
    expect(log.descriptor).not.toBe(null);
    mkdirSync(inner);
    expect(kept.look()).toEqual({ kind: 'made again', was: 'removed' });
    log.close();
  }));

test('the time of its last line is not changed', () =>
  inFolder((folder) => {
    const path = join(folder, 'auto.log');
    writeFileSync(path, '');
    utimesSync(path, 1000, 1000);
    new KeptAutoLog(path).renew();
    expect(statSync(path).mtimeMs).toBe(1e6);
    expect(statSync(path).atimeMs).toBeGreaterThan(1e6);
  }));
