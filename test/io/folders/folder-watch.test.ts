import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type FolderChanges, FolderWatch } from '../../../src/io/folders/folder-watch.ts';
import { ioLoop } from '../../../src/io/io-loop.ts';
import { runScript } from '../../native/support.ts';

let root: string;
let folder: string;
let watch: FolderWatch;
let reports: FolderChanges[];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'visord-folders-')));
  folder = join(root, 'folder');
  mkdirSync(folder);
  reports = [];
  watch = new FolderWatch({ io: ioLoop(), onChange: (changes) => reports.push(changes) > 0 });
});

afterEach(() => {
  watch.close();
  ioLoop().close();
  rmSync(root, { recursive: true, force: true });
});

/** The names that were reported of the folder; `any` where every file may have changed. */
function names(): string[] {
  return reports.flatMap((changes) => {
    const found = changes.get(folder);
    return found === null ? ['any'] : [...(found ?? [])];
  });
}

async function until(name: string): Promise<void> {
  await waitUntil(`${name} is reported`, () => names().includes(name), 60);
}

test('what is removed, moved away or moved there is reported by its name', async () => {
  for (const name of ['removed', 'moved']) writeFileSync(join(folder, name), '');
  writeFileSync(join(root, 'new'), '');
  watch.follow([folder]);
  expect(watch.isComplete).toBe(true);
  writeFileSync(join(folder, 'made'), '');
  rmSync(join(folder, 'removed'));
  renameSync(join(folder, 'moved'), join(root, 'moved'));
  renameSync(join(root, 'new'), join(folder, 'new'));
  await until('new');
  expect(names().sort()).toEqual(['moved', 'new', 'removed']);
});

test('a folder that is removed and made again is watched again', async () => {
  watch.follow([folder]);
  rmSync(folder, { recursive: true });
  await until('any');
  reports = [];
  mkdirSync(folder);
  await until('any');
  writeFileSync(join(folder, 'file'), '');
  rmSync(join(folder, 'file'));
  await until('file');
});

test('a folder deep in folders that do not exist is awaited step by step', async () => {
  folder = join(root, 'a', 'b', 'c');
  watch.follow([folder]);
  for (const path of [join(root, 'a'), join(root, 'a', 'b')]) {
    reports = [];
    mkdirSync(path);
    await until('any');
  }
  reports = [];
  mkdirSync(folder);
  await until('any');
  writeFileSync(join(folder, 'file'), '');
  rmSync(join(folder, 'file'));
  await until('file');
});

test('a folder above that is moved away is noticed, also behind a link', async () => {
  const real = join(root, 'real');
  mkdirSync(join(real, 'inner'), { recursive: true });
  symlinkSync(real, join(root, 'link'));
  folder = join(root, 'link', 'inner');
  watch.follow([folder]);
  renameSync(real, join(root, 'away'));
  await until('any');
});

test('of more changes than the kernel keeps every file counts as changed', async () => {
  watch.follow([folder]);
  writeFileSync(join(folder, 'a'), '');
  // Each of them is two events, and the kernel keeps 16,384.
  for (let times = 0; times < 5000; times += 1) {
    renameSync(join(folder, 'a'), join(folder, 'b'));
    renameSync(join(folder, 'b'), join(folder, 'a'));
  }
  await until('any');
});

test('without a descriptor for inotify the watch is not complete, and nothing fails', () => {
  const { stdout } = runScript(`
    import { FolderWatch } from './src/io/folders/folder-watch.ts';
    import { ioLoop } from './src/io/io-loop.ts';
    ioLoop().later(() => 0, 1);
    const { hard } = posix.getrlimit('nofile');
    posix.setrlimit('nofile', 3, hard);
    const watch = new FolderWatch({ io: ioLoop(), onChange: () => true });
    watch.follow([${JSON.stringify(folder)}]);
    fs.writeSync(1, String(watch.isComplete));
    posix.setrlimit('nofile', 100, hard);
    watch.follow([${JSON.stringify(folder)}]);
    fs.writeSync(1, ' ' + watch.isComplete);
    process.exit();
  `);
  expect(stdout).toBe('false true');
});
