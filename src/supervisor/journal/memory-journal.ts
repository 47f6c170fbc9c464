/**
 * A journal in memory, for a hand-over by a daemon without a runtime folder: a file without a name, whose descriptor the
 * next program under this pid inherits.
 *
 * @module
 */
import { closeSync, fstatSync, readFileSync, writeFileSync } from 'node:fs';
import { openSync } from '../../io/files.ts';
import { memoryFile } from '../../native/posix.ts';
import { type JournalReading, parseJournal } from './read-journal.ts';

const PATH = /^\/proc\/self\/fd\/(\d+)$/;

/** The path of a descriptor, as the next program is to read it. */
export function pathOfMemory(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Writes a journal; the descriptor is the caller's. @throws PosixError, ErrnoException */
export function writeMemory(text: string): number {
  const descriptor = memoryFile();
  try {
    writeFileSync(descriptor, text);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Reads a journal in memory and closes its descriptor; null where the path is not that of one. */
export function takeMemory(path: string): JournalReading | null {
  const descriptor = Number(PATH.exec(path)?.[1] ?? Number.NaN);
  if (Number.isNaN(descriptor)) return null;
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.nlink !== 0) return { kind: 'none' };
    const text = readWhole(path);
    closeSync(descriptor);
    return parseJournal(text);
  } catch (error) {
    return { kind: 'unreadable', reason: (error as Error).message };
  }
}

/** From its beginning: the descriptor itself is at the end of what was written. */
function readWhole(path: string): string {
  const fd = openSync(path, 'r');
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
