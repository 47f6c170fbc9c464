/**
 * Descriptors: pipes, FIFOs, flags, and reading and writing without exceptions on the hot path.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon } from './addon.ts';
import { checked } from './posix-error.ts';

/** A pipe, both ends close-on-exec and blocking. @throws PosixError EMFILE, ENFILE */
export function pipe(): { readonly read: number; readonly write: number } {
  const ends = new Int32Array(2);
  checked('pipe', addon.pipe(ends));
  const [read = -1, write = -1] = ends;
  return { read, write };
}

/** @throws PosixError */
export function setNonblocking(fd: number, on: boolean): void {
  checked('fcntl', addon.setNonblocking(fd, on));
}

/**
 * Locks an open file until all of its descriptors are closed (flock(2)); false where another process has locked it.
 *
 * @throws PosixError EBADF; ENOLCK where the file system has no locks
 */
export function lock(fd: number): boolean {
  const result = addon.lock(fd);
  if (result === -constants.errno.EAGAIN) return false;
  checked('flock', result);
  return true;
}

/**
 * Sets the size of a pipe in bytes, and returns the size that the kernel has chosen.
 *
 * @throws PosixError EPERM above /proc/sys/fs/pipe-max-size for others than root, EBUSY, EBADF
 */
export function setPipeSize(fd: number, bytes: number): number {
  return checked('fcntl', addon.setPipeSize(fd, bytes));
}

/** How many bytes a pipe can hold. @throws PosixError EBADF */
export function pipeSize(fd: number): number {
  return checked('fcntl', addon.pipeSize(fd));
}

/** A descriptor, close-on-exec, that becomes readable at the time of `setTimer`. @throws PosixError EMFILE, ENFILE */
export function createTimer(): number {
  return checked('timerfd_create', addon.createTimer());
}

/**
 * Sets the one time of a timer, from now on the monotonic clock, finer than Node's own timers, which know whole
 * milliseconds; 0 is never. A time that has passed already is not reported any more.
 *
 * @throws RangeError below 0
 * @throws PosixError EBADF
 */
export function setTimer(fd: number, nanoseconds: number): void {
  checked('timerfd_settime', addon.setTimer(fd, nanoseconds));
}

/**
 * A descriptor, close-on-exec, that becomes readable once: at a moment of the wall clock, or when that clock is set
 * before it (`TFD_TIMER_CANCEL_ON_SET`).
 *
 * @param wallMs milliseconds since the epoch
 * @throws RangeError up to 0
 * @throws PosixError EMFILE, ENFILE
 */
export function clockTimer(wallMs: number): number {
  return checked('timerfd_create', addon.clockTimer(Math.trunc(wallMs)));
}

/** Makes `to` the same as `from`; `to` is not close-on-exec then. @throws PosixError */
export function dup2(from: number, to: number): void {
  checked('dup2', addon.dup2(from, to));
}

/** Reads at most the buffer's length; returns the bytes read, 0 at the end, or `-errno`. */
export function readInto(fd: number, buffer: Buffer): number {
  return addon.readInto(fd, buffer);
}

/**
 * Writes a part of the buffer; returns the bytes written or `-errno`.
 *
 * @throws RangeError where offset and length leave the buffer
 */
export function writeFrom(fd: number, buffer: Buffer, offset: number, length: number): number {
  return addon.writeFrom(fd, buffer, offset, length);
}

/** In the order of `enum pump_end` in core.h. */
const pumpEnds = ['limit', 'empty', 'eof', 'read-failed', 'write-failed'] as const;

/**
 * Why a pump stopped. `limit`: maxBytes were moved, there may be more; `empty`: nothing to read now, perhaps
 * because the end is reached, which the next pump reports; `eof`: no writer is left; `read-failed`, `write-failed`: see `errno`, which
 * is EAGAIN for a non-blocking target that is full.
 */
export type PumpEnd = (typeof pumpEnds)[number];

export interface PumpResult {
  /** Bytes that reached the target. */
  readonly moved: number;
  readonly end: PumpEnd;
  /** 0 but for `read-failed` and `write-failed`. */
  readonly errno: number;
  /** After `write-failed`: bytes already taken from the source, which are now the caller's to write or drop. */
  readonly rest: Buffer | null;
}

/** The size of the largest pipe; pages that are never written take no memory. */
const pumpChunk = Buffer.allocUnsafeSlow(256 << 10);
const pumped = new Float64Array(5);

/**
 * Moves bytes from a non-blocking pipe to a file without showing them to JavaScript, in as large pieces as they come.
 * What was read and cannot be written is handed back as `rest`.
 */
export function pump(from: number, to: number, maxBytes: number): PumpResult {
  addon.pump(from, to, maxBytes, pumpChunk, pumped);
  const [moved = 0, end = 0, errno = 0, restOffset = 0, restLength = 0] = pumped;
  const rest = restLength === 0 ? null : Buffer.from(pumpChunk.subarray(restOffset, restOffset + restLength));
  return { moved, end: pumpEnds[end] ?? 'read-failed', errno, rest };
}

/**
 * As `pump`, but reads once, and shows what was read: it is in the file before JavaScript sees it, so that a process that
 * is killed at that moment has not lost it.
 *
 * @returns besides, the bytes: valid until the next pump
 */
export function pumpOnce(
  from: number,
  to: number,
  maxBytes: number,
): PumpResult & { readonly bytes: Buffer } {
  const result = pump(from, to, Math.min(maxBytes, pumpChunk.length));
  return { ...result, bytes: pumpChunk.subarray(0, result.moved + (result.rest?.length ?? 0)) };
}
