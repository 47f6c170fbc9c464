/**
 * Where the runtime folder of a daemon can be, and which name it has there.
 *
 * @module
 */
import { readdirSync as entriesOf, statfsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { bootId, pidNamespace } from '../../io/boot.ts';
import { lstatSync, readdirSync, readlinkSync, realpathSync } from '../../io/files.ts';
import { sha1 } from '../../io/sha1.ts';
import { fsencode } from '../../python/fs-encoding.ts';

export interface RuntimeFolderOptions {
  /** `$RUNTIME_DIRECTORY` as systemd sets it, if it does. */
  readonly runtimeDirectory: string | undefined;
  readonly identifier: string;
  /** Absolute path; no two daemons share a pidfile, so it distinguishes their folders. */
  readonly pidfile: string;
}

export interface RuntimePlaces {
  /** Where the folder is made, the best place first. */
  readonly wanted: readonly string[];
  /** Where an earlier daemon of this boot may have made it, also under another `$RUNTIME_DIRECTORY`. */
  readonly possible: readonly string[];
  /** Whether a folder of this name, wherever it is, has been made in this boot for the same pidfile and identifier. */
  isOurs(name: string): boolean;
  /** Folders of other users that have been made for the same pidfile and identifier. */
  ofOtherUsers(): readonly string[];
  /** Folders of earlier boots beside the pidfile, the only place that outlives a boot. */
  ofEarlierBoots(): readonly string[];
}

/** `TMPFS_MAGIC` of statfs(2). */
const TMPFS_MAGIC = 0x01021994;

export function runtimePlaces(options: RuntimeFolderOptions): RuntimePlaces {
  const link = join(realPath(dirname(options.pidfile)), basename(options.pidfile));
  const pidfile = followed(link);
  const folder = dirname(link);
  const name = nameOf(options.identifier, pidfile);
  // Containers may share a folder: pids mean something only in one PID namespace, and in one boot.
  const here = `${hash(bootId())}-${hash(pidNamespace())}`;
  const full = `${name}-${here}`;
  const otherwise = nameOf(options.identifier, link);
  // 0.1.0 did not have them in the name, and took the path of the pidfile as it was given.
  const names = new Set([
    ...[full, name, `${otherwise}-${here}`, otherwise],
    nameOf(options.identifier, options.pidfile),
  ]);
  const own = (options.runtimeDirectory ?? '').split(':').filter((entry) => entry !== '');
  const wanted = [
    ...own.slice(0, 1).map((root) => join(root, full)),
    ...sharedPlaces(full),
    besidePidfile(folder, full),
  ];
  const roots = [...own.map(realPath), ...serviceFolders()];
  const possible = [...names].flatMap((each) => [
    ...roots.map((root) => join(root, each)),
    ...sharedPlaces(each),
    besidePidfile(folder, each),
  ]);
  return {
    wanted,
    possible: [...new Set([...wanted, ...possible])],
    isOurs: (entry) => names.has(entry.replace(PREFIX, '')),
    ofOtherUsers: () => [
      ...possible.filter((each) => !belongsToUs(each)),
      ...namesIn(SHARED_MEMORY)
        .filter((entry) => names.has(entry.replace(PREFIX, '')))
        .map((entry) => join(SHARED_MEMORY, entry))
        .filter((each) => !belongsToUs(each)),
    ],
    ofEarlierBoots: () => {
      const [ours, thisBoot] = [`.visord-${name}-`, `.visord-${name}-${hash(bootId())}-`];
      return namesIn(folder)
        .filter((entry) => entry.startsWith(ours) && !entry.startsWith(thisBoot))
        .map((entry) => join(folder, entry));
    },
  };
}

/** What stands before the name beside the pidfile, and in /dev/shm. */
const PREFIX = /^(?:\.visord-|visord-\d+-)/;

/** Also where it does not exist. */
function belongsToUs(folder: string): boolean {
  try {
    const status = lstatSync(folder, { throwIfNoEntry: false });
    return status === undefined || status.uid === process.geteuid?.();
  } catch {
    return true;
  }
}

/** Where a symbolic link leads, also one whose target does not exist. */
function followed(link: string): string {
  let path = link;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    try {
      const target = resolve(dirname(path), readlinkSync(path));
      path = join(realPath(dirname(target)), basename(target));
    } catch {
      break;
    }
  }
  return path;
}

/** As Linux allows in one path. */
const MOST_LINKS = 40;

function nameOf(identifier: string, pidfile: string): string {
  return `${identifier.replaceAll(/[^\w.-]/g, '_').slice(0, 64)}-${hash(fsencode(pidfile))}`;
}

function hash(text: string | Buffer): string {
  return sha1(Buffer.from(text)).slice(0, 8);
}

function besidePidfile(folder: string, name: string): string {
  return join(folder, `.visord-${name}`);
}

const SHARED_MEMORY = '/dev/shm';

/** In a container /run is often on the disk, where making a FIFO can take a hundred times as long: memory first. */
function sharedPlaces(name: string): readonly string[] {
  const places = [
    { root: '/run', folder: join('/run/visord', name) },
    { root: SHARED_MEMORY, folder: join(SHARED_MEMORY, `visord-${process.geteuid?.()}-${name}`) },
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What systemd makes for `RuntimeDirectory=`, for services of the machine and of this user. */
function serviceFolders(): readonly string[] {
  return ['/run', `/run/user/${process.geteuid?.()}`].flatMap((root) => {
    try {
      const entries = entriesOf(root, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
    } catch {
      return [];
    }
  });
}

/** The path itself where it does not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
