/**
 * The head of a request: its first line and its headers, and what they say about its body and its connection.
 *
 * Source: RFC 9112. Where two servers could read a head in two ways, it is refused: somebody may count on that.
 *
 * @module
 */

export interface RequestHead {
  /** In capitals. */
  readonly method: string;
  /** As it came: `/RPC2?a=b`. */
  readonly target: string;
  /** False before HTTP/1.1: the client knows no chunks, and a connection ends unless it asks for more. */
  readonly isHttp11: boolean;
  /** Whether the client may want to say more on this connection. */
  readonly keepsAlive: boolean;
  /** By lower-case name, without the blanks around; of one that comes more than once, the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** In bytes; null where none is declared. */
  readonly contentLength: number | null;
  /** The body comes in chunks, and has no declared length. */
  readonly isChunked: boolean;
}

/** Method, target and version; a line without a version is of HTTP/0.9, which had no other. */
const FIRST_LINE = /^([A-Z]{1,32}) +([!-~]+)(?: +HTTP\/(0\.9|1\.\d))?$/;
/** A path, `*`, `host:port`, or a whole URL. */
const TARGET = /^(?:\/|\*$|[a-z][a-z0-9+.-]*:)/i;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*)$/;
const DIGITS = /^\d+$/;

/**
 * Reads a head.
 *
 * @param text its lines as latin1, separated by CRLF, without the empty one that ends it
 * @returns null where it is not to be understood, or can be understood in two ways
 */
export function parseHead(text: string): RequestHead | null {
  const firstEnd = text.indexOf('\r\n');
  const [, method = '', target = '', version = '0.9'] =
    FIRST_LINE.exec(firstEnd < 0 ? text : text.slice(0, firstEnd)) ?? [];
  if (!TARGET.test(target)) return null;
  const headers = new Map<string, string>();
  const connection: string[] = [];
  for (let start = firstEnd < 0 ? text.length : firstEnd + 2; start < text.length; ) {
    const end = text.indexOf('\r\n', start);
    const [, spelled = '', value = ''] =
      HEADER.exec(end < 0 ? text.slice(start) : text.slice(start, end)) ?? [];
    if (spelled === '') return null;
    const name = spelled.toLowerCase();
    if (name === 'connection') connection.push(value.toLowerCase());
    if (!headers.has(name)) headers.set(name, withoutBlanks(value));
    else if (name === 'content-length' || name === 'transfer-encoding') return null;
    start = end < 0 ? text.length : end + 2;
  }
  const isHttp11 = version > '1.0';
  const coding = headers.get('transfer-encoding');
  const contentLength = readLength(headers.get('content-length'));
  if (contentLength === 'wrong' || (coding !== undefined && contentLength !== null)) return null;
  // Before HTTP/1.1 there were no codings, and one that is not known hides where the body ends.
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || !isHttp11)) return null;
  return {
    method,
    target,
    isHttp11,
    keepsAlive: keepsAlive(version, connection.join(',')),
    headers,
    contentLength,
    isChunked: coding !== undefined,
  };
}

function readLength(value: string | undefined): number | null | 'wrong' {
  if (value === undefined) return null;
  const length = DIGITS.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(length) ? length : 'wrong';
}

function keepsAlive(version: string, connection: string): boolean {
  if (connection === '') return version > '1.0';
  const options = connection.split(',').map(withoutBlanks);
  if (options.includes('close')) return false;
  return version > '1.0' || (version === '1.0' && options.includes('keep-alive'));
}

/** Only what HTTP calls blanks: `trim` would take more. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
