import {
  chmodSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { namedSize, pathStatus } from '../../src/native/posix.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures off it.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-files-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const kindOf = (mode = 0): number => mode & constants.S_IFMT;

describe('the status of a path', () => {
  test('is its kind, its permissions and its owner', ({ folder }) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o640);
    expect(pathStatus(file, true)).toEqual({ mode: constants.S_IFREG | 0o640, uid: process.geteuid?.() });
    expect(kindOf(pathStatus(folder, false)?.mode)).toBe(constants.S_IFDIR);
  });

  test('is that of the link, or of what it leads to', ({ folder }) => {
    const link = join(folder, 'link');
    symlinkSync(folder, link);
    expect(kindOf(pathStatus(link, false)?.mode)).toBe(constants.S_IFLNK);
    expect(kindOf(pathStatus(link, true)?.mode)).toBe(constants.S_IFDIR);
  });

  test('is null where nothing has the name, and an error where it cannot be looked up', ({ folder }) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(pathStatus(join(folder, 'missing'), true)).toBeNull();
    expect(() => pathStatus(join(file, 'below'), true)).toThrow('ENOTDIR');
    expect(() => pathStatus('a\0b', true)).toThrow(TypeError);
  });
});

test('the size of an open file is null once it has lost its last name', ({ folder }) => {
  const file = join(folder, 'file');
  writeFileSync(file, 'four');
  const fd = openSync(file, 'r');
  try {
    expect(namedSize(fd)).toBe(4);
    rmSync(file);
    expect(namedSize(fd)).toBeNull();
  } finally {
    closeSync(fd);
  }
  expect(() => namedSize(-1)).toThrow('EBADF');
});
