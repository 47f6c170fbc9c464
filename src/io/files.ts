/**
 * Node's file functions, for paths that `fsdecode` has made: a path whose bytes are not UTF-8 finds its file.
 * Paths from the configuration, the command line and the environment go through here. All throw what Node's throw.
 *
 * @module
 */
// By name: an import of everything copies each property of the module at the start of every command.
import {
  constants,
  type FSWatcher,
  accessSync as nodeAccessSync,
  chmodSync as nodeChmodSync,
  chownSync as nodeChownSync,
  closeSync as nodeCloseSync,
  existsSync as nodeExistsSync,
  lchownSync as nodeLchownSync,
  linkSync as nodeLinkSync,
  lstatSync as nodeLstatSync,
  mkdirSync as nodeMkdirSync,
  openSync as nodeOpenSync,
  readdirSync as nodeReaddirSync,
  readFileSync as nodeReadFileSync,
  readlinkSync as nodeReadlinkSync,
  realpathSync as nodeRealpathSync,
  renameSync as nodeRenameSync,
  statSync as nodeStatSync,
  unlinkSync as nodeUnlinkSync,
  watch as nodeWatch,
  writeFileSync as nodeWriteFileSync,
  type Stats,
} from 'node:fs';
import { fsdecode, fsPath } from '../python/fs-encoding.ts';

export function existsSync(path: string): boolean {
  return nodeExistsSync(fsPath(path));
}

export function accessSync(path: string, mode: number): void {
  nodeAccessSync(fsPath(path), mode);
}

export function statSync(path: string): Stats;
export function statSync(path: string, options: { throwIfNoEntry: false }): Stats | undefined;
export function statSync(path: string, options?: { throwIfNoEntry: false }): Stats | undefined {
  return nodeStatSync(fsPath(path), options);
}

export function lstatSync(path: string): Stats;
export function lstatSync(path: string, options: { throwIfNoEntry: false }): Stats | undefined;
export function lstatSync(path: string, options?: { throwIfNoEntry: false }): Stats | undefined {
  return nodeLstatSync(fsPath(path), options);
}

export function openSync(path: string, flags: string | number, mode?: number): number {
  return nodeOpenSync(fsPath(path), flags, mode);
}

export function readFileSync(path: string): Buffer;
export function readFileSync(path: string, encoding: BufferEncoding): string;
export function readFileSync(path: string, encoding?: BufferEncoding): string | Buffer {
  return nodeReadFileSync(fsPath(path), encoding);
}

export function writeFileSync(
  path: string,
  data: string | Buffer,
  options?: { mode?: number; flag?: string },
): void {
  nodeWriteFileSync(fsPath(path), data, options);
}

/** The names in a folder, in no particular order. */
export function readdirSync(folder: string): string[] {
  const names = nodeReaddirSync(fsPath(folder));
  if (!names.some((name) => name.includes('\ufffd'))) return names;
  return nodeReaddirSync(fsPath(folder), { encoding: 'buffer' }).map(fsdecode);
}

export function readlinkSync(path: string): string {
  const target = nodeReadlinkSync(fsPath(path));
  return target.includes('\ufffd')
    ? fsdecode(nodeReadlinkSync(fsPath(path), { encoding: 'buffer' }))
    : target;
}

/** The path without links. */
export function realpathSync(path: string): string {
  return fsdecode(nodeRealpathSync.native(fsPath(path), { encoding: 'buffer' }));
}

export function mkdirSync(path: string, options: { mode?: number; recursive?: boolean }): void {
  nodeMkdirSync(fsPath(path), options);
}

export function renameSync(from: string, to: string): void {
  nodeRenameSync(fsPath(from), fsPath(to));
}

export function linkSync(existing: string, path: string): void {
  nodeLinkSync(fsPath(existing), fsPath(path));
}

export function unlinkSync(path: string): void {
  nodeUnlinkSync(fsPath(path));
}

/** Removes a file, where there is one; not a folder. Node's `rmSync` would load modules for folders. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export function chmodSync(path: string, mode: number): void {
  nodeChmodSync(fsPath(path), mode);
}

export function chownSync(path: string, uid: number, gid: number): void {
  nodeChownSync(fsPath(path), uid, gid);
}

export function lchownSync(path: string, uid: number, gid: number): void {
  nodeLchownSync(fsPath(path), uid, gid);
}

/** @param onEvent a name in the folder that is not UTF-8 comes with U+FFFD in it */
export function watch(
  path: string,
  options: { persistent: boolean },
  onEvent: (event: string, name: string | null) => void,
): FSWatcher {
  return nodeWatch(fsPath(path), options, onEvent);
}

/** The working directory. @throws ErrnoException ENOENT where it has been removed */
export function currentFolder(): string {
  const folder = process.cwd();
  return folder.includes('\ufffd') ? readlinkSync('/proc/self/cwd') : folder;
}

/** Goes to another working directory. */
export function changeFolder(folder: string): void {
  if (folder.isWellFormed()) {
    process.chdir(folder);
    return;
  }
  // Node takes no bytes here, but the link to a descriptor is text.
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    process.chdir(`/proc/self/fd/${descriptor}`);
  } finally {
    nodeCloseSync(descriptor);
  }
}
