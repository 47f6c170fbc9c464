/**
 * A probe of an HTTP server: a GET that must be answered with a status of 200 to 299. Redirects are not followed.
 *
 * @module
 */
import { attempt } from './attempt.ts';
import { describeError } from './describe-error.ts';

export interface HttpTarget {
  /** The server is at the host and port of the URL, where there is no socket path. */
  readonly url: string;
  readonly socketPath: string | null;
}

/** A body that is longer is not read to its end, in bytes. */
const LONGEST_BODY = 64 << 10;

/** Calls back once, in a later turn; returns what cancels the request. */
export function probeHttp(
  { url, socketPath }: HttpTarget,
  timeoutMs: number,
  onEnd: (failure: string | null) => void,
): () => void {
  return attempt(timeoutMs, onEnd, async (one) => {
    const { get } = await import('node:http');
    if (one.isOver) return;
    const request = get(url, {
      agent: false,
      headers: { 'User-Agent': 'visord', Accept: '*/*' },
      ...(socketPath === null ? {} : { socketPath }),
    });
    one.close = () => request.destroy();
    request.on('error', (error) => one.finish(describeError(error)));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status < 200 || status > 299) {
        one.finish(`HTTP status ${status}`);
        return;
      }
      let received = 0;
      response.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received > LONGEST_BODY) one.finish(null);
      });
      response.on('end', () => one.finish(null));
      response.on('error', (error) => one.finish(describeError(error)));
    });
  });
}
