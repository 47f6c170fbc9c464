import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RotatingFile } from '../../../src/logs/rotation/rotating-file.ts';
import { ROTATION_CASES } from './reference-rotations.ts';

function rotatingFile(path: string, maxBytes: number, count: number): RotatingFile {
  return new RotatingFile({ path, maxBytes, backups: { count, compression: 'none' } });
}

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-rotate-'));
  path = join(folder, 'log');
});

afterEach(() => rmSync(folder, { recursive: true }));

function contents(): string[] {
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['log', ...names.slice(1).map((_, index) => `log.${index + 1}`)]);
  return names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\n', ' '));
}

describe('rotation leaves the same files as the reference', () => {
  test.each(ROTATION_CASES)(
    'maxbytes $maxBytes, backups $backups, $existing bytes before, $writes writes',
    ({ maxBytes, backups, existing, writes, files }) => {
      if (existing > 0) writeFileSync(path, '='.repeat(existing));
      const file = rotatingFile(path, maxBytes, backups);
      file.open();
      for (let index = 1; index <= writes; index += 1) file.write(`${String(index).padStart(3, '0')}\n`);
      file.close();
      expect(contents()).toEqual(files);
    },
  );
});

test('a backup stays where no other takes its name, as in the reference', () => {
  const file = rotatingFile(path, 4, 2);
  file.write('001\n');
  renameSync(`${path}.1`, `${path}.2`);
  file.write('002\n');
  renameSync(`${path}.1`, join(folder, 'moved'));
  file.write('003\n');
  file.close();
  expect(['.2', '.1', ''].map((end) => readFileSync(path + end, 'utf8'))).toEqual(['001\n', '003\n', '']);
});

test('two programs that share a file lose nothing when one of them rotates it', () => {
  const one = rotatingFile(path, 8, 5);
  const other = rotatingFile(path, 8, 5);
  for (let index = 0; index < 4; index += 1) {
    one.write(`1-${index}\n`);
    other.write(`2-${index}\n`);
  }
  one.close();
  other.write('2-4\n');
  other.close();
  expect(contents()).toEqual(['2-4 ', '1-3 2-3 ', '1-2 2-2 ', '1-1 2-1 ', '1-0 2-0 ']);
});

test('a file without a limit is rotated by the program that shares it and has one', () => {
  const unlimited = rotatingFile(path, 0, 0);
  const limited = rotatingFile(path, 8, 1);
  unlimited.write('aaaaaaaa\n');
  unlimited.write('bbbb\n');
  limited.write('c\n');
  unlimited.write('d\n');
  unlimited.close();
  limited.close();
  expect(contents()).toEqual(['d ', 'aaaaaaaa bbbb c ']);
});

test('a file that others emptied (copytruncate) does not rotate before it is full again', () => {
  const file = rotatingFile(path, 8, 1);
  file.write('0123456');
  writeFileSync(path, '');
  file.write('abc');
  file.write('def');
  expect(contents()).toEqual(['abcdef']);
  file.write('gh');
  file.close();
  expect(contents()).toEqual(['', 'abcdefgh']);
});

test('a backup that cannot be made keeps every byte in the file, which rotates as soon as it can', async () => {
  const file = rotatingFile(path, 4, 1);
  mkdirSync(join(folder, 'log.1', 'in-the-way'), { recursive: true });
  expect(() => file.write('0123')).toThrow(/^log .*\/log cannot be rotated: .* \(EISDIR\)$/);
  file.write('4567');
  expect(readFileSync(path, 'utf8')).toBe('01234567');
  expect(file.isOverdue).toBe(true);
  rmSync(join(folder, 'log.1'), { recursive: true });
  await expect
    .poll(
      () => {
        file.write('x');
        return existsSync(`${path}.1`);
      },
      { timeout: 60_000, interval: 50 },
    )
    .toBe(true);
  file.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^01234567x+$/);
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('bytes that are written to the descriptor directly count for rotation', () => {
  const file = rotatingFile(path, 10, 1);
  file.open();
  const { descriptor } = file;
  if (descriptor === null) throw new Error('a regular file has a descriptor');
  writeFileSync(descriptor, '0123456789');
  file.account(10);
  expect(contents()).toEqual(['', '0123456789']);
  file.close();
});

test('a file that is too large already takes one more write before it rotates', () => {
  writeFileSync(path, '='.repeat(20));
  const file = rotatingFile(path, 10, 1);
  file.open();
  file.write('x');
  file.close();
  expect(contents()).toEqual(['', `${'='.repeat(20)}x`]);
});

test('a file without a limit may be written to for ever', () => {
  const file = rotatingFile(path, 0, 3);
  file.open();
  for (let line = 0; line < 100; line += 1) file.write('0123456789');
  file.close();
  expect(contents()).toEqual(['0123456789'.repeat(100)]);
});
