import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type KeptFile, lost, REMOVED } from '../../../src/io/folders/kept-file.ts';
import { ioLoop } from '../../../src/io/io-loop.ts';
import { renewTimes } from '../../../src/native/posix.ts';
import { FileKeeper, type KeeperOptions } from '../../../src/supervisor/kept-files/keeper.ts';
import { FakeLog } from '../../rpc/fakes.ts';

let outer: string;
let folder: string;
let log: FakeLog;
let keeper: FileKeeper | null;

beforeEach(() => {
  outer = realpathSync(mkdtempSync(join(tmpdir(), 'visord-keeper-')));
  folder = outer;
  log = new FakeLog();
  keeper = null;
});

afterEach(() => {
  keeper?.close();
  ioLoop().close();
  rmSync(outer, { recursive: true, force: true });
});

/** A file that is there, and is written again where it is not. */
function kept(name: string): KeptFile & { looks: number } {
  const path = join(folder, name);
  writeFileSync(path, '');
  const file = {
    path,
    label: name,
    looks: 0,
    look: () => {
      file.looks += 1;
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) return null;
      writeFileSync(path, '');
      return REMOVED;
    },
    renew: () => renewTimes(path, true),
  };
  return file;
}

function keep(files: readonly KeptFile[], options: Partial<KeeperOptions> = {}): FileKeeper {
  keeper = new FileKeeper({ log, io: ioLoop(), files: () => files, ...options });
  return keeper;
}

async function untilLogged(line: string): Promise<void> {
  await waitUntil(`"${line}" is logged`, () => log.lines.includes(line), 60);
}

test('a file that is removed is made again, with one line', async () => {
  const [first, second] = [kept('first'), kept('second')];
  keep([first, second]);
  rmSync(first.path);
  await untilLogged('warn: first was removed, and is made again');
  expect(log.lines).toHaveLength(1);
  expect([first.looks, second.looks]).toEqual([2, 1]);
});

test('files that others have in the folder are not a reason to look', async () => {
  const [file, last] = [kept('file'), kept('last')];
  keep([file, last]);
  for (let index = 0; index < 100; index += 1) writeFileSync(join(folder, `${index}`), '');
  for (let index = 0; index < 100; index += 1) rmSync(join(folder, `${index}`));
  rmSync(last.path);
  await untilLogged('warn: last was removed, and is made again');
  expect(file.looks).toBe(1);
});

test('what goes with its folder is made again when the folder is there', async () => {
  folder = join(folder, 'inner');
  mkdirSync(folder);
  const file = kept('file');
  keep([file]);
  rmSync(folder, { recursive: true });
  await untilLogged('warn: file was removed with its folder, and is made again when the folder is there');
  mkdirSync(folder);
  await untilLogged('warn: file was removed, and is made again');
  expect(log.lines).toHaveLength(2);
});

test('of many files that are removed at a time not all have a line', async () => {
  const files = Array.from({ length: 50 }, (_, index) => kept(`file${index}`));
  keep(files);
  for (const { path } of files) rmSync(path);
  await untilLogged('warn: 40 more files were found removed or replaced at the same time');
  expect(log.lines).toHaveLength(11);
});

test('a file that is lost is reported once, and looked at until it is there', async () => {
  let isTaken = true;
  const file = { ...kept('file'), look: () => (isTaken ? lost('is left alone: it is taken') : REMOVED) };
  let looks = 0;
  const look = (): ReturnType<KeptFile['look']> => {
    looks += 1;
    return file.look();
  };
  keep([{ ...file, look }], { lookMs: 1 });
  await waitUntil('it is looked at', () => looks > 3, 60);
  expect(log.lines).toEqual(['warn: file is left alone: it is taken']);
  isTaken = false;
  await untilLogged('warn: file was removed, and is made again');
});

test('where changes were not reported one by one, files of which there are many are looked for by their names', async () => {
  folder = join(folder, 'inner');
  mkdirSync(folder);
  const [many, other] = [{ ...kept('many'), isOneOfMany: true }, kept('other')];
  let looks = 0;
  const look = (): ReturnType<KeptFile['look']> => {
    looks += 1;
    return null;
  };
  keep([{ ...many, look }, other]);
  renameSync(folder, `${folder}-away`);
  renameSync(`${folder}-away`, folder);
  await waitUntil('the other one is looked at', () => other.looks > 1, 60);
  expect(looks).toBe(1);
});

test('times are renewed', async () => {
  const file = kept('file');
  utimesSync(file.path, 1000, 1000);
  keep([file], { renewalMs: 1 });
  await waitUntil('they are new', () => statSync(file.path).mtimeMs > 1e6, 60);
  expect(log.lines).toEqual([]);
});
