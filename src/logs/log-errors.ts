/**
 * What goes wrong with a log, in words for the user.
 *
 * @module
 */
import { getSystemErrorMap } from 'node:util';

/** Bytes could not be written, or a log that is due could not be rotated (then nothing is lost). */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError';
  /** How many bytes are lost for good. */
  readonly lostBytes: number;

  constructor(message: string, lostBytes: number, cause: unknown) {
    super(message, { cause });
    this.lostBytes = lostBytes;
  }
}

const SYSTEM_ERRORS = getSystemErrorMap();

/** The errno's text and name, as `no space left on device (ENOSPC)`; other errors give their message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : SYSTEM_ERRORS.get(errno);
  return known === undefined ? error.message : `${known[1]} (${known[0]})`;
}

/** The errno's name, as `ENOENT`, or undefined where there is none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
