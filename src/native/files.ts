/**
 * Names of files: what changes in folders (inotify(7)), status and times, a further name for an open file, and files
 * without a name.
 *
 * @module
 */
import { constants as fileConstants } from 'node:fs';
import { constants, endianness } from 'node:os';
import { addon } from './addon.ts';
import { checked } from './posix-error.ts';

/** Bits of inotify events. */
export const FOLDER_EVENTS = {
  /** Of the contents of a file. */
  modified: 0x2,
  /** Of its permissions, owner, times or number of names. */
  attributes: 0x4,
  movedFrom: 0x40,
  movedTo: 0x80,
  created: 0x100,
  deleted: 0x200,
  /** The folder itself. */
  selfDeleted: 0x400,
  selfMoved: 0x800,
  unmounted: 0x2000,
  /** Events were lost. */
  overflow: 0x4000,
  /** The watch has ended. */
  ignored: 0x8000,
  /** The event is one of a folder in the watched folder. */
  isFolder: 0x40000000,
} as const;

/** Bits of the mask of a watch, beside events. */
export const WATCH_FLAGS = {
  /** A link is not followed: its path cannot be watched. */
  dontFollow: 0x02000000,
  /** No events of files that have no name any more. */
  onlyNamed: 0x04000000,
  /** A folder that is watched already keeps its mask, and gets this one besides. */
  add: 0x20000000,
} as const;

/** An empty file in memory without a name, close-on-exec. @throws PosixError EMFILE, ENFILE, ENOSYS before Linux 3.17 */
export function memoryFile(): number {
  return checked('memfd_create', addon.memoryFile());
}

/** A descriptor, close-on-exec and non-blocking, of which `folderEvents` are read. @throws PosixError EMFILE, ENFILE */
export function openWatch(): number {
  return checked('inotify_init1', addon.openWatch());
}

/**
 * Watches a folder; a folder that is watched already gets the new mask.
 *
 * @param mask of `FOLDER_EVENTS` and `WATCH_FLAGS`
 * @returns the number of the watch, the same for every path of one folder
 * @throws PosixError ENOENT, ENOTDIR, EACCES where it cannot be read, ENOSPC at the limit of watches
 */
export function watchFolder(fd: number, path: string, mask: number): number {
  return checked('inotify_add_watch', addon.watchFolder(fd, path, mask), path);
}

/** Ends a watch; one that has ended already is fine. */
export function unwatchFolder(fd: number, watch: number): void {
  addon.unwatchFolder(fd, watch);
}

export interface FolderEvent {
  /** -1 for lost events. */
  readonly watch: number;
  readonly mask: number;
  /** Bytes of the file's name; empty for an event of the folder itself. */
  readonly name: Buffer;
}

const HEADER_BYTES = 16;
const isLittle = endianness() === 'LE';

/** The events in what was read from the descriptor of a watch. */
export function* folderEvents(bytes: Buffer): Generator<FolderEvent> {
  const number = (at: number): number => (isLittle ? bytes.readInt32LE(at) : bytes.readInt32BE(at));
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const length = number(at + 12);
    const padded = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    const end = padded.indexOf(0);
    yield { watch: number(at), mask: number(at + 4), name: end < 0 ? padded : padded.subarray(0, end) };
    at += HEADER_BYTES + length;
  }
}

export interface PathStatus {
  /** Kind and permissions, as `st_mode` of stat(2). */
  readonly mode: number;
  /** The owner. */
  readonly uid: number;
}

const { S_IFMT: KIND_BITS, S_IFDIR: FOLDER } = fileConstants;

const status = new Uint32Array(2);

/**
 * What Node's `stat` and `lstat` report, for a path that is looked up at every start: two fields of it at a tenth of the
 * cost.
 *
 * @returns null where there is no such file
 * @throws PosixError ENOTDIR, EACCES, ELOOP
 */
export function pathStatus(path: string, followsLinks: boolean): PathStatus | null {
  const result = addon.pathStatus(path, followsLinks, status);
  if (result === -constants.errno.ENOENT) return null;
  checked('stat', result, path);
  const [mode = 0, uid = 0] = status;
  return { mode, uid };
}

/** @param mode as `st_mode` of stat(2) */
export function isFolder(mode: number): boolean {
  return (mode & KIND_BITS) === FOLDER;
}

/** The size of an open file in bytes; null where it has lost its last name. @throws PosixError EBADF */
export function namedSize(fd: number): number | null {
  const size = addon.namedSize(fd);
  return size === -constants.errno.ENOENT ? null : checked('fstat', size);
}

/**
 * Sets the time of the last access to now, and with `isModified` that of the last change too; of a link itself.
 *
 * @throws PosixError ENOENT, EACCES, EPERM, EROFS
 */
export function renewTimes(path: string, isModified: boolean): void {
  checked('utimensat', addon.renewTimes(path, isModified), path);
}

/**
 * Gives an open file one more name.
 *
 * @throws PosixError ENOENT where it has lost its last name, EXDEV on another file system, EEXIST
 */
export function linkOpenFile(fd: number, path: string): void {
  checked('linkat', addon.linkOpenFile(fd, path), path);
}
