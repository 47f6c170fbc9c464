import {
  chownSync,
  closeSync,
  constants,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { inGuardedFolder, openGuarded } from '../../src/io/guarded-path.ts';
import { needing, ROOT } from '../needs.ts';
import { openDescriptors } from '../process/support.ts';

const isRoot = process.getuid?.() === 0;
/** The user of a program. */
const OTHER = 54_321;
const { O_APPEND, O_CREAT, O_WRONLY } = constants;

/** A folder of root, and in it `home`, which the other user owns. */
interface Tree {
  readonly path: (name: string) => string;
  folder(name: string, uid?: number): void;
  file(name: string, uid?: number): void;
  link(target: string, name: string, uid?: number): void;
  /** Opens a file as a log, writes into it, and returns what is in the file of that name then. */
  append(name: string): string;
}

const test = base.extend<{ tree: Tree }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  tree: async ({}, use) => {
    const root = mkdtempSync(join(tmpdir(), 'visord-guarded-'));
    const path = (name: string): string => join(root, name);
    const tree: Tree = {
      path,
      folder(name, uid = OTHER) {
        mkdirSync(path(name), { recursive: true });
        if (isRoot) chownSync(path(name), uid, uid);
      },
      file(name, uid = OTHER) {
        writeFileSync(path(name), '');
        if (isRoot) chownSync(path(name), uid, uid);
      },
      link(target, name, uid = OTHER) {
        symlinkSync(target, path(name));
        if (isRoot) lchownSync(path(name), uid, uid);
      },
      append(name) {
        const fd = openGuarded(path(name), O_WRONLY | O_APPEND | O_CREAT, 0o644);
        writeSync(fd, 'log');
        closeSync(fd);
        return readFileSync(path(name), 'utf8');
      },
    };
    tree.folder('home');
    const before = openDescriptors();
    await use(tree);
    expect(openDescriptors()).toBe(before);
    rmSync(root, { recursive: true });
  },
});

test('a link in a folder of our own is followed wherever it leads', ({ tree }) => {
  tree.folder('ours', process.getuid?.());
  tree.link(tree.path('target'), 'ours/app.log', process.getuid?.());
  expect(tree.append('ours/app.log')).toBe('log');
  expect(readFileSync(tree.path('target'), 'utf8')).toBe('log');
});

needing(describe, ROOT)('in the folder of another user', () => {
  test('a file is made and opened as anywhere else', ({ tree }) => {
    tree.file('home/there.log');
    expect([tree.append('home/app.log'), tree.append('home/there.log')]).toEqual(['log', 'log']);
  });

  test('a folder that is not there is ENOENT', ({ tree }) => {
    expect(() => tree.append('home/none/app.log')).toThrow('ENOENT');
  });

  test('a link of that user to a file of root is refused, whether the file is there or not', ({ tree }) => {
    tree.folder('etc', 0);
    tree.file('etc/shadow', 0);
    tree.link(tree.path('etc/shadow'), 'home/app.log');
    tree.link('../etc/cron', 'home/new.log');
    expect(() => tree.append('home/app.log')).toThrow('of another user');
    expect(() => tree.append('home/new.log')).toThrow('of another user');
    expect(readFileSync(tree.path('etc/shadow'), 'utf8')).toBe('');
  });

  test('a link in the place of a folder above is refused where it leads to a folder of root', ({ tree }) => {
    tree.folder('etc', 0);
    tree.link(tree.path('etc'), 'home/log');
    expect(() => tree.append('home/log/app.log')).toThrow('of another user');
    expect(() => inGuardedFolder(tree.path('home/log/app.log'), () => 'called')).toThrow('of another user');
  });

  test('a chain of links that ends at a file of root is refused', ({ tree }) => {
    tree.file('secret', 0);
    tree.link('second', 'home/first');
    tree.link(tree.path('secret'), 'home/second');
    expect(() => tree.append('home/first')).toThrow('of another user');
  });

  test('links of a deployment, which lead to folders of that user, are followed', ({ tree }) => {
    tree.folder('home/releases/7', OTHER);
    tree.folder('home/releases', OTHER);
    tree.folder('home/shared/log');
    tree.folder('home/shared');
    tree.link('releases/7', 'home/current');
    tree.link(tree.path('home/shared/log'), 'home/releases/7/log');
    expect(tree.append('home/current/log/app.log')).toBe('log');
    expect(readFileSync(tree.path('home/shared/log/app.log'), 'utf8')).toBe('log');
  });

  test('a link that leads to a folder of that user below a folder of root is followed', ({ tree }) => {
    tree.folder('var/app');
    tree.folder('var', 0);
    tree.link(tree.path('var/app'), 'home/log');
    expect(tree.append('home/log/app.log')).toBe('log');
  });

  test('a link that root has made there is followed wherever it leads', ({ tree }) => {
    tree.file('central.log', 0);
    tree.link(tree.path('central.log'), 'home/app.log', 0);
    expect(tree.append('home/app.log')).toBe('log');
  });

  test('links that lead to each other end', ({ tree }) => {
    tree.link('b', 'home/a');
    tree.link('a', 'home/b');
    expect(() => tree.append('home/a')).toThrow('too many symbolic links');
  });

  test('what is moved while a file is renamed does not lead it elsewhere', ({ tree }) => {
    tree.folder('home/log');
    tree.file('home/log/app.log');
    tree.folder('etc', 0);
    inGuardedFolder(tree.path('home/log/app.log'), (path) => {
      renameSync(tree.path('home/log'), tree.path('home/moved'));
      tree.link(tree.path('etc'), 'home/log');
      renameSync(path, `${path}.1`);
      expect(dirname(path)).toMatch(/^\/proc\/self\/fd\/\d+$/);
    });
    expect(readFileSync(tree.path('home/moved/app.log.1'), 'utf8')).toBe('');
  });
});
