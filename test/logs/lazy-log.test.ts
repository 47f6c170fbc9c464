import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LazyLog } from '../../src/logs/lazy-log.ts';
import { inFolder } from '../native/support.ts';

const SILENT = { failed: () => undefined, recovered: () => undefined };

function lateLog(folder: string): { readonly path: string; readonly log: LazyLog } {
  const path = join(folder, 'auto.log');
  return { path, log: new LazyLog({ path, maxBytes: 0, backups: 0 }, SILENT) };
}

test('a late log is opened by its first bytes, and not before', () =>
  inFolder((folder) => {
    const { path, log } = lateLog(folder);
    expect([log.descriptor, existsSync(path)]).toEqual([null, false]);
    log.write(Buffer.from('first'));
    expect(log.descriptor).not.toBe(null);
    expect(readFileSync(path, 'utf8')).toBe('first');
    log.close();
  }));

test('a late log that never had to be opened is closed without a trace', () =>
  inFolder((folder) => {
    const { path, log } = lateLog(folder);
    log.close();
    expect(existsSync(path)).toBe(false);
  }));

test('a late log is emptied, and put back where it was removed, though nothing was written yet', () =>
  inFolder((folder) => {
    const { path, log } = lateLog(folder);
    writeFileSync(path, 'of an earlier life');
    log.clear();
    expect(readFileSync(path, 'utf8')).toBe('');
    rmSync(path);
    log.reopen();
    expect(existsSync(path)).toBe(true);
    log.close();
  }));
