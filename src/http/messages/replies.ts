/**
 * Answers as the reference words them.
 *
 * @module
 */
import { type Headers, headText, REASONS, type Response, type Status } from './response.ts';

/** Answers with a whole body. */
export function sendBody(response: Response, status: Status, headers: Headers, body: string | Buffer): void {
  response.send(status, headers, typeof body === 'string' ? Buffer.from(body) : body);
}

/** Answers with the error page of the reference. */
export function sendError(response: Response, status: Exclude<Status, 200>, headers: Headers = {}): void {
  sendBody(response, status, { ...headers, 'Content-Type': 'text/html' }, errorPage(status));
}

/** Refuses a request with 403 and the reason, in one sentence. */
export function sendRefusal(response: Response, sentence: string): void {
  sendBody(response, 403, { 'Content-Type': 'text/plain;charset=utf-8' }, `${sentence}\n`);
}

/** A whole answer as text, for a connection on which no request could be read. */
export function rawError(status: Exclude<Status, 200>): string {
  const body = errorPage(status);
  const length = `Content-Length: ${body.length}\r\n`;
  return headText(status, { 'Content-Type': 'text/html' }, length, 'Connection: close\r\n') + body;
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
