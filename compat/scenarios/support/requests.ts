/**
 * HTTP requests as bytes, and answers taken apart into what a client can see.
 *
 * @module
 */
import type { Address, Json, Side } from '../../scenario.ts';

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as text; a body gets its Content-Length unless the headers have one. */
export function request({
  method = 'POST',
  path = '/RPC2',
  version = ' HTTP/1.1',
  headers = {},
  body,
}: RequestParts): string {
  const length = body === undefined || 'Content-Length' in headers || 'Transfer-Encoding' in headers;
  const all = length ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path}${version}\r\n${lines.join('')}\r\n${body ?? ''}`;
}

/** The XML of a call; the parameters are XML already. */
export function methodCall(method: string, ...params: string[]): string {
  const values = params.map((param) => `<param><value>${param}</value></param>`).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${values}</params></methodCall>`;
}

/** Sends the bytes and observes every answer that comes back. */
export async function observeExchange(
  side: Side,
  what: string,
  bytes: string | Buffer,
  options?: { address?: Address; silentMs?: number },
): Promise<void> {
  side.observe(what, takeApart(await side.rawHttp(bytes, options)));
}

/** Status line, headers by name, body: the order of headers means nothing. */
function takeApart(raw: string): Json {
  return raw.split(/(?=^HTTP\/1\.[01] \d)/m).map((answer) => {
    const [head = '', ...rest] = answer.split('\r\n\r\n');
    if (!head.startsWith('HTTP/')) return answer;
    const [status = '', ...headers] = head.split('\r\n');
    // Whether the connection is closed is observed; the reference never announces it.
    const shown = headers.filter((header) => header !== 'Connection: close').sort();
    return { status, headers: shown, body: withoutTimes(rest.join('\r\n\r\n')) };
  });
}

/** Seconds since the epoch, as they stand in an XML-RPC answer. */
function withoutTimes(body: string): string {
  return body.replace(/<int>[12]\d{9}<\/int>/g, '<int>$NOW</int>');
}
