import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as files from '../../src/io/files.ts';
import { fsencode } from '../../src/python/fs-encoding.ts';

let folder = '';
const start = process.cwd();

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'visord-files-'));
});

afterEach(() => {
  process.chdir(start);
  fs.rmSync(folder, { recursive: true });
});

const odd = (name = 'caf\udce9'): string => join(folder, name);
/** The same place as bytes. */
const raw = (name?: string): Buffer => fsencode(odd(name));

test('a file whose name is not UTF-8 is written, read, listed, moved and removed', () => {
  files.writeFileSync(odd(), 'text');
  expect(fs.readFileSync(raw(), 'utf8')).toBe('text');
  expect(files.readFileSync(odd(), 'utf8')).toBe('text');
  expect(files.existsSync(odd())).toBe(true);
  expect(files.statSync(odd()).size).toBe(4);
  expect(files.lstatSync(odd('no\udcff'), { throwIfNoEntry: false })).toBeUndefined();
  expect(files.readdirSync(folder)).toEqual(['caf\udce9']);
  files.linkSync(odd(), odd('\udce4'));
  files.renameSync(odd(), odd('\udcfc'));
  expect(files.readdirSync(folder).sort()).toEqual(['\udce4', '\udcfc']);
  files.unlinkSync(odd('\udce4'));
  expect(fs.existsSync(raw('\udce4'))).toBe(false);
});

test('two names that differ in a wrong byte are two files', () => {
  files.writeFileSync(odd('\udce4'), 'one');
  files.writeFileSync(odd('\udce5'), 'two');
  expect(files.readFileSync(odd('\udce4'), 'utf8')).toBe('one');
});

test('a link leads to a name that is not UTF-8', () => {
  fs.symlinkSync(raw(), join(folder, 'link'));
  expect(files.readlinkSync(join(folder, 'link'))).toBe(odd());
});

test('a folder whose name is not UTF-8 can be the working directory', () => {
  files.mkdirSync(odd(), { mode: 0o700 });
  files.changeFolder(odd());
  expect(files.currentFolder()).toBe(files.readlinkSync('/proc/self/cwd'));
  expect(files.currentFolder()).toBe(odd());
  files.changeFolder(folder);
  expect(files.currentFolder()).toBe(folder);
  fs.rmdirSync(raw());
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a file is removed, also where there is none; a folder is not', () => {
  files.writeFileSync(odd(), '');
  files.removeFile(odd());
  files.removeFile(odd());
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(() => files.removeFile(folder)).toThrow(/EISDIR/);
});

test('changes of a file whose name is not UTF-8 are watched', async () => {
  files.writeFileSync(odd(), '');
  await new Promise<void>((resolve) => {
    const watcher = files.watch(odd(), { persistent: true }, () => {
      watcher.close();
      resolve();
    });
    files.writeFileSync(odd(), 'more');
  });
});
