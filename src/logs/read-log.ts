/**
 * Parts of a log file for the `read…Log` and `tail…Log` methods; every corner is the reference's.
 *
 * @module
 */
import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import { statSync } from '../io/files.ts';
import { openGuarded } from '../io/guarded-path.ts';
import { describeError } from './log-errors.ts';

/** Most that one call reads, in bytes, so that one answer cannot eat the memory of the daemon. */
export const MAX_READ_BYTES = 64 * 1024 * 1024;

/** Device number of /dev/null, which counts as an empty file. */
const NULL_DEVICE = 0x103;

export type LogReadReason = 'BAD_ARGUMENTS' | 'FAILED';

/** A log that cannot be read; the reason is the name of the fault. */
export class LogReadError extends Error {
  override readonly name = 'LogReadError';
  readonly reason: LogReadReason;

  constructor(reason: LogReadReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** The bytes that a tail answers, the offset for the next call, and whether bytes were skipped. */
export interface LogTail {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly overflow: boolean;
}

const EMPTY = Buffer.alloc(0);

/**
 * Reads `length` bytes from `offset` on; a length of 0 is everything from there, a negative offset with length 0 the
 * last bytes. At most `MAX_READ_BYTES`: the first of them, or the last for a negative offset.
 *
 * @throws LogReadError
 */
export function readLog(path: string, offset: number, length: number): Buffer {
  return withFile(path, (descriptor, size) => {
    if (length < 0 || (offset < 0 && length !== 0)) {
      throw new LogReadError('BAD_ARGUMENTS', `offset ${offset} and length ${length} do not go together`);
    }
    if (offset < 0) {
      const wanted = Math.min(-offset, size, MAX_READ_BYTES);
      return readAt(descriptor, size - wanted, wanted);
    }
    const available = Math.max(0, size - offset);
    return readAt(descriptor, offset, length === 0 ? available : Math.min(length, available));
  });
}

/**
 * Reads the last `length` bytes; `overflow` is true when more than them came after `offset`.
 * A file that cannot be read is empty and the offset stays.
 */
export function tailLog(path: string, offset: number, length: number): LogTail {
  try {
    return withFile(path, (descriptor, size) => tailOpen(descriptor, size, offset, length));
  } catch (error) {
    if (error instanceof LogReadError) return { bytes: EMPTY, offset, overflow: false };
    throw error;
  }
}

function tailOpen(descriptor: number, size: number, offset: number, length: number): LogTail {
  const overflow = size > offset + length;
  let start = overflow ? size - 1 : offset;
  let count = length;
  if (start + count > size) {
    if (start > size - 1) count = 0;
    start = size - count;
  }
  const from = Math.max(0, start);
  const bytes = count > 0 ? readAt(descriptor, from, Math.min(count, size - from)) : EMPTY;
  return { bytes, offset: size, overflow };
}

// What is not a file is never opened: a reader on a named pipe would change what its writer sees.
function withFile<T>(path: string, use: (descriptor: number, size: number) => T): T {
  let descriptor: number | null = null;
  try {
    const stats = statSync(path);
    if (!stats.isFile() && stats.rdev !== NULL_DEVICE) throw new Error('not a regular file');
    descriptor = openGuarded(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return use(descriptor, fstatSync(descriptor).size);
  } catch (error) {
    if (error instanceof LogReadError) throw error;
    throw new LogReadError('FAILED', `log ${path} cannot be read: ${describeError(error)}`, error);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(length, MAX_READ_BYTES));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
