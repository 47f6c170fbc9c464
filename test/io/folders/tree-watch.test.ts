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
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { Notifier, type Subscriber } from '../../../src/io/folders/notifier.ts';
import { trailOf } from '../../../src/io/folders/trail.ts';
import { type Scan, TreeWatch } from '../../../src/io/folders/tree-watch.ts';
import { ioLoop } from '../../../src/io/io-loop.ts';
import { PosixError } from '../../../src/native/posix.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'visord-tree-')));
});

afterEach(() => {
  vi.useRealTimers();
  ioLoop().close();
  rmSync(root, { recursive: true, force: true });
});

describe('where a path leads', () => {
  test('follows links, and names the folders in which that is decided', () => {
    mkdirSync(join(root, 'releases/1'), { recursive: true });
    symlinkSync('releases/1', join(root, 'current'));
    writeFileSync(join(root, 'releases/1/tool'), '');
    const { target, folders } = trailOf(join(root, 'current/tool'));
    expect(target).toBe(join(root, 'releases/1/tool'));
    expect(folders.get(root)).toEqual(new Set(['current']));
    expect(folders.get(join(root, 'releases'))).toEqual(new Set());
    expect(folders.get(join(root, 'releases/1'))).toEqual(new Set(['tool']));
  });

  test('is nowhere where something is missing, a file is in the way, or links go in a circle', () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync('b', join(root, 'a'));
    symlinkSync('a', join(root, 'b'));
    for (const path of ['missing/deep', 'file/deep', 'a']) {
      const { target, folders } = trailOf(join(root, path));
      expect(target, path).toBeNull();
      expect([...(folders.get(root) ?? [])], path).toContain(path.split('/')[0]);
    }
  });
});

/** What a tree watch reports. */
function watched(notifier: Notifier, path: string) {
  const changes: string[] = [];
  const scans: Scan[] = [];
  const tree = new TreeWatch({
    notifier,
    path,
    isWanted: (name) => !name.endsWith('.tmp'),
    isLeftOut: (name) => name === '.git',
    onChange: (changed) => changes.push(changed.slice(path.length + 1)),
    onScanned: (scan) => scans.push(scan),
  });
  return { changes, scans, tree };
}

test('each folder below is watched, also those that come later with what is in them', async () => {
  for (const folder of ['a/b', '.git/objects']) mkdirSync(join(root, folder), { recursive: true });
  const notifier = new Notifier(ioLoop());
  const { changes, scans, tree } = watched(notifier, root);
  await waitUntil('it is looked through', () => scans.length === 1, 60);
  expect(scans).toEqual([{ watched: 3, failure: null, unwatched: 0 }]);
  writeFileSync(join(root, '.git/objects/x'), '');
  writeFileSync(join(root, 'a/b/x.tmp'), '');
  writeFileSync(join(root, 'a/b/x'), '');
  await waitUntil('the file is reported', () => changes.includes('a/b/x'), 60);
  expect(new Set(changes)).toEqual(new Set(['a/b/x']));

  mkdirSync(join(root, 'c/d'), { recursive: true });
  writeFileSync(join(root, 'c/d/y'), '');
  await waitUntil('the new file is reported', () => changes.includes('c/d/y'), 60);
  renameSync(join(root, 'c'), join(root, 'e'));
  await waitUntil('the file is reported by its new name', () => changes.includes('e/d/y'), 60);
  changes.length = 0;
  writeFileSync(join(root, 'e/d/y'), 'again');
  await waitUntil('its change is reported', () => changes.includes('e/d/y'), 60);
  tree.close();
  notifier.close();
});

test('two watches of one folder both get its events, and one goes on when the other ends', async () => {
  const notifier = new Notifier(ioLoop());
  const [one, other] = [watched(notifier, root), watched(notifier, root)];
  await waitUntil('both are ready', () => one.scans.length + other.scans.length === 2, 60);
  writeFileSync(join(root, 'x'), '');
  await waitUntil('both report', () => one.changes.length > 0 && other.changes.length > 0, 60);
  one.tree.close();
  one.changes.length = 0;
  writeFileSync(join(root, 'y'), '');
  await waitUntil('the other reports', () => other.changes.includes('y'), 60);
  expect(one.changes).toEqual([]);
  other.tree.close();
  notifier.close();
});

/** A notifier whose kernel has a limit of watches. */
class Limited extends Notifier {
  limit = 0;
  readonly #given = new Map<string, number>();

  override watch(path: string, mask: number, subscriber: Subscriber): number {
    const number = this.#given.get(path) ?? this.#given.size + 1;
    const isOnTheWay = !path.startsWith(`${root}/`);
    if (!isOnTheWay && number > this.limit) throw new PosixError('inotify_add_watch', 28, 'ENOSPC', 'full');
    if (isOnTheWay) return super.watch(path, mask, subscriber);
    this.#given.set(path, number);
    return super.watch(path, mask, subscriber);
  }
}

test('folders beyond the limit of watches are counted, and tried again after a minute', async () => {
  for (const folder of ['a', 'b', 'c', 'd']) mkdirSync(join(root, folder));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const notifier = new Limited(ioLoop());
  notifier.limit = 1;
  const { scans, tree } = watched(notifier, root);
  await expect.poll(() => scans.length).toBe(1);
  expect(scans).toMatchObject([{ watched: 2, failure: { code: 'ENOSPC' }, unwatched: 3 }]);
  notifier.limit = 10;
  vi.advanceTimersByTime(60_000);
  await expect.poll(() => scans.length).toBe(2);
  expect(scans[1]).toEqual({ watched: 5, failure: null, unwatched: 0 });
  tree.close();
  notifier.close();
});
