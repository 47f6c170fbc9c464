/**
 * Paths in values: `~`, relative paths, folders that must exist.
 *
 * @module
 */
import { constants } from 'node:fs';
import { posix } from 'node:path';
import { accessSync, currentFolder, statSync } from '../../io/files.ts';
import { withoutEnd } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { Host } from '../host.ts';

/** `~` and `~user` at the start become that user's home; unknown users leave the path as it is. */
export function expandUser(path: string, { environment, users }: Host): string {
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const end = slash < 0 ? path.length : slash;
  const name = path.slice(1, end);
  const home =
    name === ''
      ? (environment.HOME ?? users.userById(process.getuid?.() ?? 0)?.home)
      : users.userByName(name)?.home;
  if (home === undefined) return path;
  return withoutEnd(home, '/') + path.slice(end) || '/';
}

/** Absolute, without `.`, `..`, doubled and trailing slashes (two slashes at the very start stay, as in POSIX). */
export function absolutePath(path: string): string {
  const joined = path.startsWith('/') ? path : posix.join(currentFolder(), path);
  const normal = posix.normalize(joined);
  const tight = normal.length > 1 ? withoutEnd(normal, '/') : normal;
  return /^\/\/(?!\/)/.test(joined) ? `/${tight}` : tight;
}

/** The absolute path of what the user wrote, home folder included. */
export function normalizePath(path: string, host: Host): string {
  return absolutePath(expandUser(path, host));
}

/** Everything before the last slash, as Python's `dirname`: no slash, no folder. */
export function folderOf(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : withoutEnd(head, '/');
}

/** A path whose folder must exist already. @throws ConfigError */
export function pathInExistingFolder(text: string, host: Host): string {
  const path = expandUser(text, host);
  const folder = folderOf(path);
  if (folder === '' || (host.isFolder ?? isFolder)(folder)) return path;
  throw new ConfigError(`The directory named as part of the path ${text} does not exist`);
}

/** A folder that must exist already. @throws ConfigError */
export function existingFolder(text: string, host: Host): string {
  const path = expandUser(text, host);
  if ((host.isFolder ?? isFolder)(path)) return path;
  throw new ConfigError(`${text} is not an existing directory`);
}

/** The folder for temporary files: TMPDIR, TEMP, TMP, then the usual ones. */
export function temporaryFolder({ environment }: Host): string {
  const candidates = [environment.TMPDIR, environment.TEMP, environment.TMP, '/tmp', '/var/tmp', '/usr/tmp'];
  for (const candidate of candidates) {
    if (candidate !== undefined && candidate !== '' && isWritableFolder(absolutePath(candidate))) {
      return absolutePath(candidate);
    }
  }
  return currentFolder();
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isWritableFolder(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return isFolder(path);
  } catch {
    return false;
  }
}
