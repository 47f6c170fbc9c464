/**
 * Reads the body of a request, within a limit.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';

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
  request: IncomingMessage,
  maxBytes: number,
  callback: (body: RequestBody) => void,
): void {
  const declared = request.headers['content-length'];
  if (declared === undefined) {
    callback({ kind: 'no-length' });
    return;
  }
  if (Number(declared) > maxBytes) {
    callback({ kind: 'too-large' });
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => callback({ kind: 'complete', bytes: Buffer.concat(chunks) }));
}
