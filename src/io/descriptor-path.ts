/**
 * Paths that name a descriptor of this process: `/dev/stdin`, `/dev/fd/3`, `/proc/self/fd/3` and links to them.
 *
 * @module
 */
import { dirname, resolve } from 'node:path';
import { readlinkSync } from './files.ts';

/** Deep enough for every sane chain of symbolic links. */
const MAX_LINKS = 16;

const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/** The descriptor, whether it is open or not; null for any other path. */
export function descriptorOf(path: string): number | null {
  let current = resolve(path);
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const descriptor = named(current);
    if (descriptor !== null) {
      return descriptor;
    }
    const next = readLink(current);
    if (next === null) {
      return null;
    }
    current = resolve(dirname(current), next);
  }
  return null;
}

function named(path: string): number | null {
  const standard = STANDARD[path];
  if (standard !== undefined) {
    return standard;
  }
  const match = /^\/(?:dev\/fd|proc\/(?:self|thread-self|(\d+))\/fd)\/(\d+)$/.exec(path);
  if (match === null || (match[1] !== undefined && Number(match[1]) !== process.pid)) {
    return null;
  }
  return Number(match[2]);
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
