import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removePidfile, writePidfile } from '../../src/supervisor/pidfile.ts';
import { inFolder } from '../native/support.ts';
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
