/**
 * Why the daemon cannot start.
 *
 * @module
 */

/** The message is what follows `Error: ` on stderr; the exit code is 2. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
