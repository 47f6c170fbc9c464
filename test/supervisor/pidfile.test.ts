import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptPidfile, removePidfile, writePidfile } from '../../src/supervisor/pidfile.ts';
import { inFolder } from '../native/support.ts';
import { needing, ROOT } from '../needs.ts';
import { FakeLog } from '../rpc/fakes.ts';

test('the pidfile holds the pid and a newline, and is removed at the end', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.pid');
    const log = new FakeLog();
    expect(writePidfile(path, log)).toBe(true);
    expect(readFileSync(path, 'latin1')).toBe(`${process.pid}\n`);
    expect(log.lines).toEqual([`info: supervisord started with pid ${process.pid}`]);
    removePidfile(path);
    expect(existsSync(path)).toBe(false);
    expect(() => removePidfile(path)).not.toThrow();
  }));

test('a pidfile that cannot be written is logged, and is not ours to remove', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.pid');
    mkdirSync(path);
    const log = new FakeLog();
    expect(writePidfile(path, log)).toBe(false);
    expect(log.lines).toEqual([`critical: could not write pidfile ${path}`]);
  }));

test('a pidfile that is removed is made again with the same mode', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.pid');
    writePidfile(path, new FakeLog());
    const { mode } = statSync(path);
    const file = keptPidfile(path);
    expect(file.look(true)).toBe(null);
    rmSync(path);
    expect(file.look(true)).toEqual({ kind: 'made again', was: 'removed' });
    expect(readFileSync(path, 'latin1')).toBe(`${process.pid}\n`);
    expect(statSync(path).mode).toBe(mode);
    expect(readdirSync(folder)).toEqual(['a.pid']);
  }));

test('what has come in place of a pidfile is replaced, and a link is not followed', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.pid');
    const other = join(folder, 'other');
    writeFileSync(other, 'precious');
    symlinkSync(other, path);
    expect(keptPidfile(path).look(true)).toEqual({ kind: 'made again', was: 'replaced' });
    expect([readFileSync(path, 'latin1'), readFileSync(other, 'latin1')]).toEqual([
      `${process.pid}\n`,
      'precious',
    ]);
    mkdirSync(join(folder, 'b.pid'));
    expect(() => keptPidfile(join(folder, 'b.pid')).look(true)).toThrow('EISDIR');
    expect(readdirSync(folder).sort()).toEqual(['a.pid', 'b.pid', 'other']);
  }));

needing(test, ROOT)('a pidfile of another user proves nothing', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.pid');
    writeFileSync(path, `${process.ppid}\n`);
    chownSync(path, 33, 33);
    expect(keptPidfile(path).look(true)).toEqual({ kind: 'made again', was: 'replaced' });
    expect(statSync(path).uid).toBe(0);
  }),
);

test('a pidfile that names another process that runs is left alone, until that has ended', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.pid');
    const other = spawn('sleep', ['1000']);
    try {
      writeFileSync(path, `${other.pid}\n`);
      const reason = `is left alone: it names process ${other.pid}, which runs`;
      expect(keptPidfile(path).look(true)).toMatchObject({ kind: 'lost', reason });
      removePidfile(path);
      expect(existsSync(path)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
    await new Promise((resolve) => other.once('exit', resolve));
    expect(keptPidfile(path).look(true)).toEqual({ kind: 'made again', was: 'replaced' });
  }));
