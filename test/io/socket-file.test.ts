import {
  linkSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveSocketFile, reasonNotToReplace, setSocketMode } from '../../src/io/socket-file.ts';
import { needing, ROOT } from '../needs.ts';

let folder = '';
let path = '';
let server: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visord-socket-'));
  path = join(folder, 's.sock');
  server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

needing(test, ROOT)('a socket gets its owner and its mode', () => {
  giveSocketFile(path, 33, 34);
  setSocketMode(path, 0o640);
  const { uid, gid, mode } = lstatSync(path);
  expect([uid, gid, mode & 0o777]).toEqual([33, 34, 0o640]);
});

test.each([
  ['a link', symlinkSync],
  ['another name of a file', linkSync],
])('%s in its place is left alone, and so is what it leads to', (_, replace) => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, '', { mode: 0o600 });
  const before = statSync(secret);
  renameSync(path, join(folder, 'moved'));
  replace(secret, path);
  expect(() => giveSocketFile(path, 33, 33)).toThrow(`${path} has been replaced`);
  expect(() => setSocketMode(path, 0o777)).toThrow(`${path} has been replaced`);
  expect([statSync(secret).uid, statSync(secret).mode]).toEqual([before.uid, before.mode]);
});

test('a path that is gone is an error that names it', () => {
  expect(() => giveSocketFile(join(folder, 'gone'), 0, 0)).toThrow(
    expect.objectContaining({ code: 'ENOENT', path: join(folder, 'gone') }),
  );
});

test('data in the place of a socket is distinguished from what may be removed', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  symlinkSync(file, join(folder, 'link'));
  expect(reasonNotToReplace(file)).toBe(`${file} exists and is not a socket`);
  for (const name of ['s.sock', 'link', 'nothing', ''])
    expect(reasonNotToReplace(join(folder, name))).toBeNull();
});
