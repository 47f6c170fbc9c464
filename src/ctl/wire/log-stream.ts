/**
 * Logs as they grow, over the server's `/logtail` and `/mainlogtail`.
 *
 * @module
 */
import { basicAuth, exchange, type StreamListener } from './http-request.ts';
import type { Connection } from './rpc-client.ts';
import { parseServerUrl } from './server-url.ts';

/** Opens a log that grows; the result closes it. @throws BadUrlError */
export function openLog(
  { serverUrl, username, password, tls }: Connection,
  path: string,
  listener: StreamListener,
): () => void {
  const head = [
    `GET ${escapePath(path)} HTTP/1.1`,
    'Accept-Encoding: chunked',
    'Accept: */*',
    'User-Agent: supervisorctl',
  ];
  if (password !== null && password !== '')
    head.push(`Authorization: ${basicAuth(username ?? 'None', password)}`);
  return exchange({ target: parseServerUrl(serverUrl), tls, head, silenceMs: null }, listener);
}

/** Names are text; a request line is ASCII. */
function escapePath(path: string): string {
  return path.replace(/[^!-~]|%/gu, encodeURIComponent);
}
