/**
 * Reads the body of a request, within a limit.
 *
 * @module
 */
import type { HttpRequest } from './exchange.ts';

export type RequestBody =
  | { readonly kind: 'complete'; readonly bytes: Buffer }
  /** There is no Content-Length (status 411). */
  | { readonly kind: 'no-length' }
  /** It says more than the limit (status 413). */
  | { readonly kind: 'too-large' };

/**
 * Collects the body; a request that says too large a length is refused before a byte of it is read.
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
