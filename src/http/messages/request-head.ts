/**
 * The head of a request: its first line and its headers, and what follows from them for its body and its connection.
 *
 * Source: RFC 9112. A head that two servers could read in two ways is refused: that is how requests are smuggled past a proxy.
 *
 * @module
 */

export interface RequestHead {
  /** In capitals. */
  readonly method: string;
  /** As it came: `/RPC2?a=b`. */
  readonly target: string;
  /** False before HTTP/1.1: such a client cannot read chunks, and the connection closes unless it asks for more. */
  readonly isHttp11: boolean;
  /** Whether the client may send another request on this connection. */
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
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t -~\x80-\xff]*$/;
const DIGITS = /^\d+$/;

/** Headers that decide where a request ends and for which host it is: proxies read a folded one differently. */
const NEVER_FOLDED: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);

/**
 * Reads a head.
 *
 * @param text its lines as latin1, separated by CRLF, without the empty one that ends it
 * @returns null where it cannot be read, or can be read in two ways
 */
export function parseHead(text: string): RequestHead | null {
  const firstEnd = text.indexOf('\r\n');
  const [, method = '', target = '', version = '0.9'] =
    FIRST_LINE.exec(firstEnd < 0 ? text : text.slice(0, firstEnd)) ?? [];
  if (!TARGET.test(target)) return null;
  const fields = firstEnd < 0 ? NO_FIELDS : readFields(text, firstEnd + 2);
  if (fields === null) return null;
  const { headers, connection } = fields;
  const isHttp11 = version > '1.0';
  const coding = codingOf(headers);
  const contentLength = readLength(headers.get('content-length'));
  if (contentLength === 'wrong' || (coding !== undefined && contentLength !== null)) return null;
  // Before HTTP/1.1 there were no codings, and one that is not known hides where the body ends.
  if (coding !== undefined && (coding !== 'chunked' || !isHttp11)) return null;
  return {
    method,
    target,
    isHttp11,
    keepsAlive: keepsAlive(version, connection),
    headers,
    contentLength,
    isChunked: coding !== undefined,
  };
}

interface Fields {
  readonly headers: ReadonlyMap<string, string>;
  /** The values of all Connection headers, in lower case, separated by commas. */
  readonly connection: string;
}

const NO_FIELDS: Fields = { headers: new Map(), connection: '' };

/** Null where a line is not a header, or one that frames the request comes twice and differs. */
function readFields(text: string, from: number): Fields | null {
  const headers = new Map<string, string>();
  const connection: string[] = [];
  for (let start = from; start < text.length; ) {
    const end = lineEnd(text, start);
    const colon = text.indexOf(':', start);
    if (colon < 0 || colon > end) return null;
    const name = text.slice(start, colon).toLowerCase();
    const rest = text.slice(colon + 1, end);
    if (!NAME.test(name) || !VALUE.test(rest)) return null;
    let value = withoutBlanks(rest);
    start = end + 2;
    if (isFolded(text, start)) {
      if (NEVER_FOLDED.has(name)) return null;
      const lines = [value];
      for (; isFolded(text, start); start = lineEnd(text, start) + 2) {
        const line = text.slice(start, lineEnd(text, start));
        if (!VALUE.test(line)) return null;
        lines.push(withoutBlanks(line));
      }
      value = lines.join(' ');
    }
    if (name === 'connection') connection.push(value.toLowerCase());
    const before = headers.get(name);
    if (before === undefined) headers.set(name, value);
    else if (name === 'transfer-encoding' || (name === 'content-length' && value !== before)) return null;
  }
  return { headers, connection: connection.join(',') };
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\r\n', start);
  return end < 0 ? text.length : end;
}

/** A line that begins with a blank continues the header above it (RFC 9112, 5.2). */
function isFolded(text: string, start: number): boolean {
  return start < text.length && isBlank(text.charCodeAt(start));
}

/** `identity` is the absence of a coding: HTTP/1.1 had it until RFC 7230. */
function codingOf(headers: ReadonlyMap<string, string>): string | undefined {
  const coding = headers.get('transfer-encoding')?.toLowerCase();
  return coding === 'identity' ? undefined : coding;
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
