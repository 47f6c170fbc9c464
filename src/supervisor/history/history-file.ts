/**
 * Reads the file of the history, and writes it anew without lines that are too old.
 *
 * @module
 */
import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { openSync, removeFile, renameSync } from '../../io/files.ts';
import { memoryFile } from '../../native/posix.ts';
import { STATE_CODES, type StateName } from '../../process/machine/states.ts';
import { headingOf } from './heading.ts';

/** How many changes of one process are kept, and of all together. */
export const CHANGES_OF_ONE = 100;
const CHANGES_IN_ALL = 100_000;

/** A change of the state of a process. */
export interface StateChangeRecord {
  /** Wall time in milliseconds since the epoch. */
  readonly wallMs: number;
  /** Milliseconds since the start of the machine: they stay in order when the wall clock is set. */
  readonly monotonicMs: number;
  readonly from: StateName;
  readonly to: StateName;
  /** Of the process that the change is about; 0 where there is none. */
  readonly pid: number;
  /** False for a failure: an exit that `exitcodes` does not have, BACKOFF, FATAL. */
  readonly isExpected: boolean;
  /** -1 for an end by a signal; null where the process has not exited, or the status is not known. */
  readonly exitStatus: number | null;
  /** The signal that has ended the process; null where it was none. */
  readonly signal: number | null;
  /** Why it was not expected; mostly empty. */
  readonly spawnError: string;
}

const BYTES_AT_A_TIME = 64 << 10;
const NEWLINE = 0x0a;

/** The last changes of a process, the oldest first. Lines that cannot be read are left out. */
export function readChanges(
  fd: number,
  groupName: string,
  name: string,
  limit: number,
): readonly StateChangeRecord[] {
  const wanted = `${JSON.stringify([groupName, name]).slice(0, -1)},`;
  const found: StateChangeRecord[] = [];
  for (const line of linesFromEnd(fd)) {
    if (found.length >= Math.min(limit, CHANGES_OF_ONE)) break;
    const change = line.startsWith(wanted) ? parse(line) : null;
    if (change !== null) found.push(change);
  }
  return found.reverse();
}

/**
 * Writes the file anew with the last changes, and closes the descriptor.
 *
 * @param path null for a file without a name
 * @throws PosixError, ErrnoException, and leaves all as it is
 */
export function rewriteChanges(
  fd: number,
  path: string | null,
): { readonly fd: number; readonly bytes: number } {
  const text = latest(fd).join('');
  const length = Buffer.byteLength(text);
  const bytes = length + headingOf(0).length;
  const next = path === null ? memoryFile() : create(`${path}.new`);
  try {
    writeWhole(next, Buffer.from(headingOf(bytes) + text));
    if (path !== null) renameSync(`${path}.new`, path);
  } catch (error) {
    closeSync(next);
    throw error;
  }
  closeSync(fd);
  return { fd: next, bytes };
}

/** In their order, with their ends. */
function latest(fd: number): readonly string[] {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for (const line of linesFromEnd(fd)) {
    if (lines.length >= CHANGES_IN_ALL) break;
    const key = keyOf(line);
    const count = counts.get(key ?? '') ?? 0;
    if (key === null || count >= CHANGES_OF_ONE) continue;
    counts.set(key, count + 1);
    lines.push(`${line}\n`);
  }
  return lines.reverse();
}

/** Null for what is not a line of a change. */
function keyOf(line: string): string | null {
  const fields = fieldsOf(line);
  return fields === null ? null : JSON.stringify(fields.slice(0, 2));
}

function* linesFromEnd(fd: number): Generator<string> {
  let rest = Buffer.alloc(0);
  for (let end = fstatSync(fd).size; end > 0; ) {
    const start = Math.max(0, end - BYTES_AT_A_TIME);
    const read = Buffer.alloc(end - start);
    readSync(fd, read, 0, read.length, start);
    const bytes = Buffer.concat([read, rest]);
    end = start;
    // The first line may begin further ahead.
    const first = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    rest = bytes.subarray(0, first);
    yield* bytes.subarray(first).toString().split('\n').filter(Boolean).reverse();
  }
}

function fieldsOf(line: string): readonly unknown[] | null {
  try {
    const fields: unknown = JSON.parse(line);
    return Array.isArray(fields) && typeof fields[0] === 'string' && typeof fields[1] === 'string'
      ? fields
      : null;
  } catch {
    return null;
  }
}

function parse(line: string): StateChangeRecord | null {
  const fields = fieldsOf(line);
  if (fields === null) return null;
  const [, , wallMs, monotonicMs, from, to, pid, isExpected, exitStatus, signal, spawnError] = fields;
  return {
    wallMs: Number(wallMs),
    monotonicMs: Number(monotonicMs),
    from: stateOf(from),
    to: stateOf(to),
    pid: Number(pid),
    isExpected: isExpected === 1,
    exitStatus: typeof exitStatus === 'number' ? exitStatus : null,
    signal: typeof signal === 'number' ? signal : null,
    spawnError: typeof spawnError === 'string' ? spawnError : '',
  };
}

const STATES = Object.entries(STATE_CODES) as [StateName, number][];

function stateOf(code: unknown): StateName {
  return STATES.find(([, known]) => known === code)?.[0] ?? 'UNKNOWN';
}

/** A file of this user alone, whatever had its name. @throws ErrnoException */
function create(path: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  removeFile(path);
  return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(fd, bytes, at);
  }
}
