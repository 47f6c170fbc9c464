import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogReadError, MAX_READ_BYTES, readLog, tailLog } from '../../src/logs/read-log.ts';
import {
  READS_OF_NOTHING,
  READS_OF_TEN_BYTES,
  TAILS_OF_NOTHING,
  TAILS_OF_TEN_BYTES,
} from './reference-reads.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-read-'));
  writeFileSync(join(folder, 'ten'), '0123456789');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'huge'), 'first');
  truncateSync(join(folder, 'huge'), 3 * MAX_READ_BYTES);
});

afterAll(() => rmSync(folder, { recursive: true }));

function answer(name: string, offset: number, length: number): string {
  try {
    return readLog(join(folder, name), offset, length).toString();
  } catch (error) {
    if (error instanceof LogReadError) return `!${error.reason}`;
    throw error;
  }
}

describe('reading answers what the reference answers', () => {
  test.each(READS_OF_TEN_BYTES)('ten bytes, offset %i, length %i: %s', (offset, length, expected) => {
    expect(answer('ten', offset, length)).toBe(expected);
  });
  test.each(READS_OF_NOTHING)('an empty log, offset %i, length %i: %s', (offset, length, expected) => {
    expect(answer('empty', offset, length)).toBe(expected);
  });
});

describe('a tail answers what the reference answers', () => {
  test.each(TAILS_OF_TEN_BYTES)(
    'ten bytes, offset %i, length %i: %s %i %s',
    (offset, length, text, next, overflow) => {
      const tail = tailLog(join(folder, 'ten'), offset, length);
      expect([tail.bytes.toString(), tail.offset, tail.overflow]).toEqual([text, next, overflow]);
    },
  );
  test.each(TAILS_OF_NOTHING)(
    'an empty log, offset %i, length %i: %s %i %s',
    (offset, length, text, next, overflow) => {
      const tail = tailLog(join(folder, 'empty'), offset, length);
      expect([tail.bytes.toString(), tail.offset, tail.overflow]).toEqual([text, next, overflow]);
    },
  );
});

test('a log that is missing or a folder is FAILED before the arguments are looked at', () => {
  for (const name of ['missing', '.']) {
    expect(answer(name, 0, 0)).toBe('!FAILED');
    expect(answer(name, 0, -1)).toBe('!FAILED');
    expect(tailLog(join(folder, name), 7, 5)).toEqual({ bytes: Buffer.alloc(0), offset: 7, overflow: false });
  }
});

test('/dev/null is an empty log', () => {
  symlinkSync('/dev/null', join(folder, 'null'));
  expect(answer('null', 0, 0)).toBe('');
  expect(answer('null', -10, 0)).toBe('');
});

test('a pipe is FAILED, without a wait for its writer', () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(() => readLog(join(folder, 'pipe'), 0, 10)).toThrow('/pipe cannot be read: not a regular file');
  expect(tailLog(join(folder, 'pipe'), 3, 10).offset).toBe(3);
});

test('a huge log is read up to a limit: its first bytes, its last bytes, the tail', () => {
  const path = join(folder, 'huge');
  const first = readLog(path, 0, 0);
  expect(first).toHaveLength(MAX_READ_BYTES);
  expect(first.subarray(0, 5).toString()).toBe('first');
  expect(readLog(path, 3 * MAX_READ_BYTES - 4, 0)).toHaveLength(4);
  expect(readLog(path, -3 * MAX_READ_BYTES, 0)).toHaveLength(MAX_READ_BYTES);
  expect(readLog(path, 0, 5).toString()).toBe('first');
  expect(tailLog(path, 0, 2 ** 31 - 1)).toMatchObject({ offset: 3 * MAX_READ_BYTES, overflow: false });
});
