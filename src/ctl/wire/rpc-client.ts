/**
 * Calls methods of a supervisord.
 *
 * @module
 */
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { writeCall } from '../../xmlrpc/writer.ts';
import { basicAuth, fetchBody } from './http-request.ts';
import { readResponse } from './response.ts';
import type { TlsFiles } from './secure-socket.ts';
import { parseServerUrl } from './server-url.ts';

/** Address of the server, user name and password. */
export interface Connection {
  serverUrl: string;
  username: string | null;
  password: string | null;
  /** How long a server may take for a question that it can answer at once, in milliseconds. */
  readonly silenceMs: number;
  /** For URLs that begin with https://. */
  readonly tls?: TlsFiles;
}

/**
 * One call on a connection of its own.
 *
 * @param isQuestion whether the server can answer at once, which ends the wait for one that is silent
 * @throws FaultError, HttpStatusError, ConnectionError, BadAnswerError, BadUrlError, and RangeError for a number that
 *   the protocol cannot carry
 */
export async function callMethod(
  connection: Connection,
  method: string,
  params: readonly RpcValue[],
  isQuestion: boolean = answersAtOnce(method),
): Promise<RpcParameter> {
  const target = parseServerUrl(connection.serverUrl);
  const body = Buffer.from(writeCall(method, params));
  const head = [
    'POST /RPC2 HTTP/1.1',
    'Accept-Encoding: identity',
    'User-Agent: supervisorctl',
    'Content-Type: text/xml',
    'Accept: text/xml',
    `Content-Length: ${body.length}`,
  ];
  if (connection.username !== null && connection.password !== null) {
    head.push(`Authorization: ${basicAuth(connection.username, connection.password)}`);
  }
  const silenceMs = isQuestion ? connection.silenceMs : null;
  return readResponse((await fetchBody({ target, tls: connection.tls, head, body, silenceMs })).toString());
}

/** A start or a stop takes as long as the program does; what only asks does not. */
export function answersAtOnce(method: string): boolean {
  return /\.(?:get|read|tail|list)/.test(method);
}
