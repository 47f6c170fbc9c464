/**
 * Answers as the reference words them, and the headers that all have in common.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The statuses that this server answers with, and their reasons. */
const REASONS = {
  200: 'OK',
  301: 'Moved Permanently',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  411: 'Length Required',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
} as const;

export type Status = keyof typeof REASONS;

/** What the reference calls its HTTP server; tools have been seen to look for it. */
const SERVER = 'Medusa/1.12';

export type Headers = Readonly<Record<string, string | number>>;

/** Answers with a whole body. */
export function sendBody(
  response: ServerResponse,
  status: Status,
  headers: Headers,
  body: string | Buffer,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  beginReply(response, status, { ...headers, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Answers with the error page of the reference. */
export function sendError(
  response: ServerResponse,
  status: Exclude<Status, 200>,
  headers: Headers = {},
): void {
  sendBody(response, status, { ...headers, 'Content-Type': 'text/html' }, errorPage(status));
}

/** Writes the head of an answer; a connection that stays open is not mentioned, as HTTP/1.1 has it. */
export function beginReply(response: ServerResponse, status: Status, headers: Headers): void {
  const keepsOpen = response.shouldKeepAlive && headers.Connection === undefined;
  if (keepsOpen) {
    if (isHttp10(response.req)) response.setHeader('Connection', 'Keep-Alive');
    else response.removeHeader('Connection');
  }
  response.writeHead(status, REASONS[status], { Server: SERVER, ...headers });
}

/** A whole answer as bytes, for a connection on which no request could be read. */
export function rawError(status: Exclude<Status, 200>): string {
  const body = errorPage(status);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `Server: ${SERVER}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: text/html',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function errorPage(status: Exclude<Status, 200>): string {
  return [
    '<head>',
    '<title>Error response</title>',
    '</head>',
    '<body>',
    '<h1>Error response</h1>',
    `<p>Error code ${status}.`,
    `<p>Message: ${REASONS[status]}.`,
    '</body>',
    '',
  ].join('\r\n');
}

function isHttp10(request: IncomingMessage): boolean {
  return request.httpVersionMajor === 1 && request.httpVersionMinor === 0;
}
