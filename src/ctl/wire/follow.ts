/**
 * Logs as they grow, over the server's `/logtail` and `/mainlogtail`.
 *
 * @module
 */

import type { Session } from '../session.ts';
import { interruptible } from '../terminal/interrupts.ts';
import { basicAuth, exchange, type StreamListener } from './http-request.ts';
import type { Connection } from './rpc-client.ts';
import { parseServerUrl } from './server-url.ts';
import { explainTrouble, HttpStatusError, Interrupt } from './trouble.ts';

/** Prints a log until the server ends it or the person presses Ctrl-C. */
export async function followLog(session: Session, path: string): Promise<void> {
  session.say('==> Press Ctrl-C to exit <==');
  let cut: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    cut = printLog(session, path, resolve);
  });
  try {
    await interruptible(ended);
  } catch (error) {
    cut();
    if (!(error instanceof Interrupt)) throw error;
    session.say('');
  }
}

/** Prints a log as it grows and tells what goes wrong on stderr; the result cuts it off. */
export function printLog(session: Session, path: string, ended: () => void = () => undefined): () => void {
  const { serverUrl } = session.connection;
  return openLog(session.connection, path, {
    part: (bytes) => session.out.bytes(bytes),
    end: (error) => {
      if (error instanceof HttpStatusError) {
        session.out.error(`${serverUrl}${path} Cannot read, status code ${error.status}`);
      } else if (error !== null) {
        session.out.error(`${serverUrl}${path} Cannot read: ${explainTrouble(error, serverUrl)}`);
      }
      ended();
    },
  });
}

/** Opens a growing log; the result closes it. @throws BadUrlError */
export function openLog(
  { serverUrl, username, password }: Connection,
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
  return exchange({ target: parseServerUrl(serverUrl), head, silenceMs: null }, listener);
}

/** Names are text; a request line is not. */
function escapePath(path: string): string {
  return path.replace(/[^!-~]|%/gu, encodeURIComponent);
}
