/**
 * Rights of a socket file that was just made, in a folder that others may be able to write: what is at the path by now
 * may be a link to a file of another user.
 *
 * @module
 */
import { closeSync, constants, existsSync, fstatSync } from 'node:fs';
import { chmodSync, chownSync, lchownSync, lstatSync, openSync } from './files.ts';

/** `O_PATH` of open(2): names a file without opening it. */
const O_PATH = 0o10000000;

/** Changes the owner of the socket. @throws ErrnoException that names the path; Error where the path has another file */
export function giveSocketFile(path: string, uid: number, gid: number): void {
  onSocketFile(path, (link) => (link === null ? lchownSync(path, uid, gid) : chownSync(link, uid, gid)));
}

/** Sets the permission bits of the socket. @throws as `giveSocketFile` */
export function setSocketMode(path: string, mode: number): void {
  onSocketFile(path, (link) => chmodSync(link ?? path, mode));
}

/** Why the file at the path may not make room for a socket, or null; links and folders are left to unlink(2). */
export function reasonNotToReplace(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const isData = found !== undefined && !found.isSocket() && !found.isSymbolicLink() && !found.isDirectory();
  return isData ? `${path} exists and is not a socket` : null;
}

/**
 * @param act gets a link of /proc that leads to the very file that was looked at, or null where there is no /proc; the
 *   socket may have been given away already, so that it is not ours by its owner
 */
function onSocketFile(path: string, act: (link: string | null) => void): void {
  const descriptor = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    const found = fstatSync(descriptor);
    if (!found.isSocket() || found.nlink !== 1) throw new Error(`${path} has been replaced`);
    const link = `/proc/self/fd/${descriptor}`;
    act(existsSync(link) ? link : null);
  } catch (error) {
    if (error instanceof Error && 'path' in error) error.path = path;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
