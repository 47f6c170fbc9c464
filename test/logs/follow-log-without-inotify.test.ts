import fs, { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { followLog } from '../../src/logs/follow-log.ts';

beforeAll(() => {
  vi.spyOn(fs, 'watch').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
      code: 'ENOSPC',
    });
  });
  syncBuiltinESMExports();
});

afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

test('a system without watches to give still follows a log, through rotation too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'visord-follow-slow-'));
  const path = join(folder, 'log');
  let seen = '';
  const follower = followLog(path, {
    head: 10,
    onBytes: (bytes) => {
      seen += bytes.toString();
    },
    onTruncated: () => {},
    onError: (error) => {
      seen += String(error);
    },
  });
  try {
    writeFileSync(path, 'one\n');
    await expect.poll(() => seen, { timeout: 60_000 }).toBe('one\n');
    appendFileSync(path, 'two\n');
    await expect.poll(() => seen, { timeout: 60_000 }).toBe('one\ntwo\n');
    renameSync(path, `${path}.1`);
    appendFileSync(path, 'three\n');
    await expect.poll(() => seen, { timeout: 60_000 }).toBe('one\ntwo\nthree\n');
  } finally {
    follower.stop();
    rmSync(folder, { recursive: true });
  }
});
