/**
 * Where a path leads, and which folders have to be watched to notice that it leads elsewhere: links on the way can be
 * replaced, and what is missing can appear.
 *
 * @module
 */
import { dirname, join, resolve } from 'node:path';
import { lstatSync, readlinkSync } from '../files.ts';

export interface Trail {
  /** The path without links; null where it leads to nothing. */
  readonly target: string | null;
  /** Folders on the way, without links, each with the names in it that decide where the path leads. */
  readonly folders: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The number of links that the kernel follows. */
const MOST_LINKS = 40;

/** @param path absolute, or from the working folder of this process */
export function trailOf(path: string): Trail {
  const folders = new Map<string, Set<string>>([['/', new Set()]]);
  const names = partsOf(resolve(path));
  let here = '/';
  for (let links = 0; ; ) {
    const name = names.shift();
    if (name === undefined) return { target: here, folders };
    if (name === '..') {
      here = dirname(here);
      continue;
    }
    const next = join(here, name);
    const kind = kindOf(next);
    if (kind === 'folder') {
      here = next;
      if (!folders.has(here)) folders.set(here, new Set());
      continue;
    }
    folders.get(here)?.add(name);
    if (kind === 'file') return { target: names.length === 0 ? next : null, folders };
    const goal = kind === 'link' ? linkAt(next) : null;
    links += 1;
    if (goal === null || links > MOST_LINKS) return { target: null, folders };
    if (goal.startsWith('/')) here = '/';
    names.unshift(...partsOf(goal));
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function kindOf(path: string): 'folder' | 'link' | 'file' | null {
  try {
    const status = lstatSync(path);
    return status.isDirectory() ? 'folder' : status.isSymbolicLink() ? 'link' : 'file';
  } catch {
    return null;
  }
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
