/**
 * Reads the body of a request, within a limit.
 *
 * @module
 */
import type { HttpRequest } from './exchange.ts';

export type RequestBody =
  | { readonly kind: 'complete'; readonly bytes: Buffer }
  /** The request has no Content-Length (status 411). */
  | { readonly kind: 'no-length' }
  /** Its Content-Length exceeds the limit (status 413). */
  | { readonly kind: 'too-large' };

/**
 * Collects the body; a request whose Content-Length is too large is refused before a byte of the body is read.
 * The callback is not called for a client that goes away first.
 *
 * @param maxBytes the most that is accepted
 */
export function readBody(
  request: HttpRequest,
  maxBytes: number,
  callback: (body: RequestBody) => void,
): void {
  if (request.contentLength === null) callback({ kind: 'no-length' });
  else if (request.contentLength > maxBytes) callback({ kind: 'too-large' });
  else request.readBody((bytes) => callback({ kind: 'complete', bytes }));
}
