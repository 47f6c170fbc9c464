/**
 * Node's file functions for paths as text of `fsdecode`: a path whose bytes are not UTF-8 leads to its file.
 * Paths from the configuration, the command line and the environment go through here. All throw what Node's throw.
 *
 * @module
 */
import * as fs from 'node:fs';
import { fsdecode, fsPath } from '../python/fs-encoding.ts';

export function existsSync(path: string): boolean {
  return fs.existsSync(fsPath(path));
}

export function accessSync(path: string, mode: number): void {
  fs.accessSync(fsPath(path), mode);
}

export function statSync(path: string): fs.Stats;
export function statSync(path: string, options: { throwIfNoEntry: false }): fs.Stats | undefined;
export function statSync(path: string, options?: { throwIfNoEntry: false }): fs.Stats | undefined {
  return fs.statSync(fsPath(path), options);
}

export function lstatSync(path: string): fs.Stats;
export function lstatSync(path: string, options: { throwIfNoEntry: false }): fs.Stats | undefined;
export function lstatSync(path: string, options?: { throwIfNoEntry: false }): fs.Stats | undefined {
  return fs.lstatSync(fsPath(path), options);
}

export function openSync(path: string, flags: string | number, mode?: number): number {
  return fs.openSync(fsPath(path), flags, mode);
}

export function readFileSync(path: string): Buffer;
export function readFileSync(path: string, encoding: BufferEncoding): string;
export function readFileSync(path: string, encoding?: BufferEncoding): string | Buffer {
  return fs.readFileSync(fsPath(path), encoding);
}

export function writeFileSync(
  path: string,
  data: string | Buffer,
  options?: { mode?: number; flag?: string },
): void {
  fs.writeFileSync(fsPath(path), data, options);
}

/** The names in a folder, in no particular order. */
export function readdirSync(folder: string): string[] {
  const names = fs.readdirSync(fsPath(folder));
  if (!names.some((name) => name.includes('\ufffd'))) return names;
  return fs.readdirSync(fsPath(folder), { encoding: 'buffer' }).map(fsdecode);
}

export function readlinkSync(path: string): string {
  const target = fs.readlinkSync(fsPath(path));
  return target.includes('\ufffd') ? fsdecode(fs.readlinkSync(fsPath(path), { encoding: 'buffer' })) : target;
}

/** The path without links. */
export function realpathSync(path: string): string {
  return fsdecode(fs.realpathSync.native(fsPath(path), { encoding: 'buffer' }));
}

export function mkdirSync(path: string, options: { mode: number }): void {
  fs.mkdirSync(fsPath(path), options);
}

export function renameSync(from: string, to: string): void {
  fs.renameSync(fsPath(from), fsPath(to));
}

export function linkSync(existing: string, path: string): void {
  fs.linkSync(fsPath(existing), fsPath(path));
}

export function unlinkSync(path: string): void {
  fs.unlinkSync(fsPath(path));
}

export function rmSync(path: string, options: fs.RmOptions): void {
  fs.rmSync(fsPath(path), options);
}

export function chmodSync(path: string, mode: number): void {
  fs.chmodSync(fsPath(path), mode);
}

export function chownSync(path: string, uid: number, gid: number): void {
  fs.chownSync(fsPath(path), uid, gid);
}

export function lchownSync(path: string, uid: number, gid: number): void {
  fs.lchownSync(fsPath(path), uid, gid);
}

/** @param onEvent a name in the folder that is not UTF-8 comes with U+FFFD in it */
export function watch(
  path: string,
  options: { persistent: boolean },
  onEvent: (event: string, name: string | null) => void,
): fs.FSWatcher {
  return fs.watch(fsPath(path), options, onEvent);
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
  const descriptor = openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    process.chdir(`/proc/self/fd/${descriptor}`);
  } finally {
    fs.closeSync(descriptor);
  }
}
