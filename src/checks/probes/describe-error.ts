/**
 * The error of a connection in a few words.
 *
 * @module
 */
import { getSystemErrorMap } from 'node:util';

/** `connection refused`, where the system has words for the error; else its message. */
export function describeError(error: Error): string {
  const { errno, code } = firstOf(error) as NodeJS.ErrnoException;
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return words ?? MESSAGES[code ?? ''] ?? error.message;
}

/** Errors that Node.js makes itself, not a system call. */
const MESSAGES: Readonly<Record<string, string>> = { ENOTFOUND: 'host not found' };

/** A name with several addresses has one error for each. */
function firstOf(error: Error): Error {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first : error;
}
