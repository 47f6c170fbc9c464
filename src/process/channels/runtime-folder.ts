/**
 * The folder in which the named FIFOs of the channels live (DESIGN, Channels).
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { constants, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accessSync, chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from '../../io/files.ts';
import { fsencode, fsPath } from '../../python/fs-encoding.ts';

/** `TMPFS_MAGIC` of statfs(2). */
const TMPFS_MAGIC = 0x01021994;

export interface RuntimeFolderOptions {
  /** `$RUNTIME_DIRECTORY` as systemd sets it, if it does. */
  readonly runtimeDirectory: string | undefined;
  readonly identifier: string;
  /** Absolute path; no two daemons share a pidfile, so it distinguishes their folders. */
  readonly pidfile: string;
}

/** Makes the folder, mode 0700; null where no place can be written, and the channels are anonymous pipes. */
export function makeRuntimeFolder(options: RuntimeFolderOptions): string | null {
  const id = instanceId(options);
  const places = [
    ...(options.runtimeDirectory ? [join(options.runtimeDirectory.split(':')[0] ?? '', id)] : []),
    ...sharedPlaces(id),
    join(dirname(options.pidfile), `.visord-${id}`),
  ];
  return places.find(isMadePrivate) ?? null;
}

/** In a container /run is often on the disk, where making a FIFO can take a hundred times as long: memory first. */
function sharedPlaces(id: string): readonly string[] {
  const places = [
    { root: '/run', folder: join('/run/visord', id) },
    { root: '/dev/shm', folder: join('/dev/shm', `visord-${process.geteuid?.()}-${id}`) },
  ];
  const isDisk = ({ root }: { readonly root: string }): number => (isInMemory(root) ? 0 : 1);
  return places.sort((left, right) => isDisk(left) - isDisk(right)).map(({ folder }) => folder);
}

function isInMemory(root: string): boolean {
  try {
    return statfsSync(root).type === TMPFS_MAGIC;
  } catch {
    return false;
  }
}

/**
 * Removes the folder at a clean end; FIFOs that grandchildren still hold open stay usable to them. A file that was not
 * made here, as a journal that could not be read, stays with its folder.
 */
export function removeRuntimeFolder(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (OWN_FILES.has(name) || lstatSync(path).isFIFO()) rmSync(path, { force: true });
    }
    rmdirSync(fsPath(folder));
  } catch (error) {
    if (!STAYS.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

const OWN_FILES: ReadonlySet<string> = new Set(['journal', 'journal.new']);

/** It has gone already, or there is a file in it that stays. */
const STAYS: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTEMPTY', 'ENOTDIR', 'EACCES', 'EPERM']);

function instanceId({ identifier, pidfile }: RuntimeFolderOptions): string {
  const hash = createHash('sha1').update(fsencode(pidfile)).digest('hex').slice(0, 8);
  return `${identifier.replaceAll(/[^\w.-]/g, '_').slice(0, 64)}-${hash}`;
}

function isMadePrivate(folder: string): boolean {
  try {
    makeFolder(folder);
    const status = lstatSync(folder);
    if (!status.isDirectory() || status.uid !== process.geteuid?.()) {
      return false;
    }
    chmodSync(folder, 0o700);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Not recursive: Node's own recursion never ends below a folder that takes none, as in /proc. */
function makeFolder(folder: string): void {
  makeOne(dirname(folder));
  makeOne(folder);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}
