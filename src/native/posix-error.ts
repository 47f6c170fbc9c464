/**
 * The error of a failed system call.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon } from './addon.ts';

/** A system call failed. `code` is the errno's name, as `ENOENT`. */
export class PosixError extends Error {
  override readonly name = 'PosixError';

  readonly syscall: string;
  readonly errno: number;
  readonly code: string;

  constructor(syscall: string, errno: number, code: string, message: string) {
    super(message);
    this.syscall = syscall;
    this.errno = errno;
    this.code = code;
  }
}

const names = namesByNumber();

/** The name of an errno, as `ENOENT`; `E` and the number where it has none here. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `E${errno}`;
}

/** The C library's text for an errno, as `No such file or directory`. */
export function errnoMessage(errno: number): string {
  return addon.strerror(errno);
}

/**
 * Passes on what a system call returned.
 *
 * @throws PosixError where it is negative, and so an errno
 */
export function checked(syscall: string, result: number, subject?: string): number {
  if (result < 0) throw posixError(syscall, -result, subject);
  return result;
}

export function posixError(syscall: string, errno: number, subject?: string): PosixError {
  const code = errnoName(errno);
  const about = subject === undefined ? '' : ` '${subject}'`;
  return new PosixError(syscall, errno, code, `${syscall}${about}: ${code}: ${errnoMessage(errno)}`);
}

/** Of two names for one number the first stays: EAGAIN, not EWOULDBLOCK. */
function namesByNumber(): ReadonlyMap<number, string> {
  const byNumber = new Map<number, string>();
  for (const [name, number] of Object.entries(constants.errno)) {
    if (!byNumber.has(number)) byNumber.set(number, name);
  }
  return byNumber;
}
