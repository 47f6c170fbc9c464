import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAutoLog } from '../../src/logs/auto-logs.ts';
import { type ChannelLog, type ChannelLogOptions, openChannelLog } from '../../src/logs/channel-log.ts';
import { KeptAutoLog } from '../../src/logs/kept-auto-log.ts';
import { openMainLog } from '../../src/logs/main-log.ts';
import { needing, ROOT } from '../needs.ts';

const OTHER = 54_321;
const OWNER = { uid: OTHER, gid: OTHER };

let folder = '';
let path = '';
let warnings: string[] = [];
const logs: ChannelLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-attributes-'));
  path = join(folder, 'a.log');
  warnings = [];
});

afterEach(() => {
  for (const log of logs.splice(0)) log.close();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<ChannelLogOptions>): ChannelLog {
  const report = (message: string): number => warnings.push(message);
  const log = openChannelLog(
    { path, maxBytes: 0, backups: 2, ...options },
    { failed: report, recovered: report, warned: report },
  );
  logs.push(log);
  return log;
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o7777).toString(8);
}

function ownerOf(file: string): readonly number[] {
  const { uid, gid } = statSync(file);
  return [uid, gid];
}

describe('the permissions of a log', () => {
  test('are those of the key, whatever the umask, for a new file and one that is there', () => {
    open({ mode: 0o666 });
    writeFileSync(join(folder, 'b.log'), '');
    chmodSync(join(folder, 'b.log'), 0o600);
    open({ path: join(folder, 'b.log'), mode: 0o664 });
    expect([modeOf(path), modeOf(join(folder, 'b.log')), warnings]).toEqual(['666', '664', []]);
  });

  test('stay after a rotation, a new opening, and a removal', () => {
    const log = open({ mode: 0o640, maxBytes: 4 });
    log.write(Buffer.from('abcd'));
    expect([modeOf(path), modeOf(`${path}.1`)]).toEqual(['640', '640']);
    unlinkSync(path);
    log.reopen();
    expect(modeOf(path)).toBe('640');
    log.clear();
    expect(modeOf(path)).toBe('640');
  });

  test('are left alone where there is no key', () => {
    writeFileSync(path, '');
    chmodSync(path, 0o604);
    open({});
    expect(modeOf(path)).toBe('604');
  });

  test('are those of an AUTO log too, which comes back with them', () => {
    const auto = createAutoLog(folder, 'web', 'stdout', 'supervisor', { mode: 0o644, owner: null });
    expect(modeOf(auto)).toBe('644');
    unlinkSync(auto);
    const kept = new KeptAutoLog(auto, { mode: 0o644, owner: null });
    expect(kept.look()).not.toBeNull();
    expect(modeOf(auto)).toBe('644');
    expect(kept.look()).toBeNull();
  });

  test('are those of the main log', () => {
    const log = openMainLog({
      level: 'info',
      file: path,
      maxBytes: 0,
      backups: 1,
      toStdout: false,
      mode: 0o640,
    });
    log.close();
    expect(modeOf(path)).toBe('640');
  });
});

test('what is not a regular file keeps its permissions', () => {
  const before = modeOf('/dev/null');
  open({ path: '/dev/null', mode: 0o600 });
  expect([modeOf('/dev/null'), warnings]).toEqual([before, []]);
});

test('a file with a second name keeps its permissions, which is reported once', () => {
  const other = join(folder, 'of-the-machine');
  writeFileSync(other, '');
  chmodSync(other, 0o600);
  linkSync(other, path);
  const log = open({ mode: 0o666 });
  log.write(Buffer.from('a\n'));
  log.write(Buffer.from('b\n'));
  expect(modeOf(other)).toBe('600');
  expect(warnings).toEqual([`log ${path} keeps its owner and permissions: the file has a second name`]);
});

needing(describe, ROOT)('the owner of a log', () => {
  test('is that of the key, also after a rotation', () => {
    const log = open({ owner: OWNER, mode: 0o640, maxBytes: 4 });
    log.write(Buffer.from('abcd'));
    expect([ownerOf(path), ownerOf(`${path}.1`), modeOf(path)]).toEqual([
      [OTHER, OTHER],
      [OTHER, OTHER],
      '640',
    ]);
  });

  test('leaves the group where the key names none', () => {
    open({ owner: { uid: OTHER, gid: -1 } });
    expect(ownerOf(path)).toEqual([OTHER, process.getegid?.()]);
  });

  test('does not make an AUTO log count as a file of another user', () => {
    const attributes = { mode: null, owner: OWNER };
    const auto = createAutoLog(folder, 'web', 'stdout', 'supervisor', attributes);
    writeFileSync(auto, 'before\n');
    const log = open({ path: auto, isPrivate: true, owner: OWNER });
    log.write(Buffer.from('after\n'));
    expect([statSync(auto).size, ownerOf(auto)]).toEqual([13, [OTHER, OTHER]]);
    expect(new KeptAutoLog(auto, attributes).look()).toBeNull();
  });

  test('is not given to what a link of another user leads to', () => {
    const target = join(folder, 'of-root');
    writeFileSync(target, '');
    const home = mkdtempSync(join(folder, 'home-'));
    symlinkSync(target, join(home, 'a.log'));
    // The folder belongs to the other user, and so does the link.
    lchownSync(join(home, 'a.log'), OTHER, OTHER);
    chownSync(home, OTHER, OTHER);
    open({ path: join(home, 'a.log'), owner: OWNER, mode: 0o666 });
    expect([ownerOf(target), modeOf(target)]).toEqual([[0, 0], '644']);
    expect(warnings.join()).toMatch(/leads to a file of another user/);
    expect(existsSync(target)).toBe(true);
  });
});
