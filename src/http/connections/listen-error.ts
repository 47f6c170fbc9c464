/**
 * A server that cannot be opened. The message is what follows `Error: ` on stderr.
 *
 * @module
 */

export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Another daemon holds the address (word for word the reference's text). */
export const ALREADY_LISTENING =
  'Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this program down first before starting supervisord.';

/** The reference's text for a socket call that failed. @param reported the errno as the reference prints it, or its text */
export function socketError(reported: string): ListenError {
  return new ListenError(`Cannot open an HTTP server: socket.error reported ${reported}`);
}
