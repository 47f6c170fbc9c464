/**
 * File name patterns of `[include] files`, as Python's `glob` reads them: `*`, `?`, `[a-z]`, `[!a-z]`.
 *
 * @module
 */
import { lstatSync, readdirSync, statSync } from '../../io/files.ts';

const MAGIC = /[*?[]/;

/** Paths that match, in no particular order; a leading dot must be in the pattern. */
export function glob(pattern: string): string[] {
  const parts = pattern.split('/');
  const name = parts.pop() ?? '';
  const folder = parts.join('/');
  if (!MAGIC.test(pattern)) return exists(pattern) ? [pattern] : [];
  if (parts.length === 0) return matchIn('', name);
  const folders = MAGIC.test(folder) ? glob(folder).filter(isFolder) : [folder];
  return folders.flatMap((found) => matchIn(`${found}/`, name));
}

function matchIn(folder: string, name: string): string[] {
  if (!MAGIC.test(name)) return exists(folder + name) ? [folder + name] : [];
  const matcher = patternToRegExp(name);
  return listFolder(folder === '' ? '.' : folder)
    .filter((entry) => matcher.test(entry) && (name.startsWith('.') || !entry.startsWith('.')))
    .map((entry) => folder + entry);
}

function patternToRegExp(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const set = character === '[' ? /^\[!?\]?[^\]]*\]/.exec(pattern.slice(at))?.[0] : undefined;
    if (set !== undefined) {
      source += setToRegExp(set.slice(1, -1));
      at += set.length - 1;
    } else if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else source += character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  }
  return new RegExp(`^${source}$`, 'su');
}

/** A character set; ranges that run backwards hold nothing. */
function setToRegExp(set: string): string {
  const isNegated = set.startsWith('!');
  const members = [...(isNegated ? set.slice(1) : set)];
  let source = '';
  while (members.length > 0) {
    const first = members.shift() ?? '';
    const last = members[0] === '-' && members.length > 1 ? members.splice(0, 2)[1] : undefined;
    if (last === undefined) source += escapeInSet(first);
    else if (first <= last) source += `${escapeInSet(first)}-${escapeInSet(last)}`;
  }
  if (source === '') return isNegated ? '.' : '(?!)';
  return `[${isNegated ? '^' : ''}${source}]`;
}

function escapeInSet(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
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
