/**
 * File name patterns of `[include] files`, as Python's `glob` reads them: `*`, `?`, `[a-z]`, `[!a-z]`.
 *
 * @module
 */
import { lstatSync, readdirSync, statSync } from '../../io/files.ts';
import { fnmatch, hasWildcard } from '../../python/fnmatch.ts';

/** Paths that match, in no particular order; a leading dot must be in the pattern. */
export function glob(pattern: string): string[] {
  const { folder, name } = splitPath(pattern);
  if (!hasWildcard(pattern)) {
    const isThere = name === '' ? isFolder(folder) : exists(pattern);
    return isThere ? [pattern] : [];
  }
  const folders = folder !== pattern && hasWildcard(folder) ? glob(folder).filter(isFolder) : [folder];
  return folders.flatMap((found) => matchIn(found, name).map((entry) => joinPath(found, entry)));
}

/** The part behind the last slash and the folder before it, without the slashes between them. */
function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const end = path.lastIndexOf('/') + 1;
  const head = path.slice(0, end);
  return { folder: /^\/*$/.test(head) ? head : withoutSlashes(head), name: path.slice(end) };
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function joinPath(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** Names in the folder; a name without wildcards is there or not, and an empty one is the folder itself. */
function matchIn(folder: string, name: string): string[] {
  if (name === '') {
    return isFolder(folder) ? [name] : [];
  }
  if (!hasWildcard(name)) {
    return exists(joinPath(folder, name)) ? [name] : [];
  }
  const matches = fnmatch(name);
  return listFolder(folder === '' ? '.' : folder).filter(
    (entry) => (name.startsWith('.') || !entry.startsWith('.')) && matches(entry),
  );
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
