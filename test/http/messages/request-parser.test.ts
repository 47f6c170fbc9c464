import { describe, expect, test } from 'vitest';
import { parseHead } from '../../../src/http/messages/request-head.ts';
import { MAX_HEAD_BYTES, RequestParser } from '../../../src/http/messages/request-parser.ts';
import { fc } from '../../properties.ts';

/** What a connection is made of, with the pieces of a body put together. */
type Seen = { readonly request: string; body: string; isWhole: boolean } | 'malformed';

/** Feeds the pieces one after the other, each from memory that is overwritten afterwards. */
function parse(pieces: readonly Buffer[]): readonly Seen[] {
  const parser = new RequestParser();
  const seen: Seen[] = [];
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    parser.push(bytes);
    for (let part = parser.next(); part !== null; part = parser.next()) {
      const last = seen.at(-1);
      if (part.kind === 'head') {
        const { method, target } = part.head;
        seen.push({ request: `${method} ${target}`, body: '', isWhole: false });
      } else if (part.kind === 'malformed') {
        seen.push('malformed');
      } else if (last !== undefined && last !== 'malformed') {
        if (part.kind === 'body') last.body += part.bytes.toString('latin1');
        else last.isWhole = true;
      }
    }
    parser.keep();
    bytes.fill(0x7f);
  }
  return seen;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [
    0,
    ...[...places].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const whole = (text: string): readonly Seen[] => parse([Buffer.from(text, 'latin1')]);
const request = (target: string, body = ''): Seen => ({ request: target, body, isWhole: true });

const GOOD = [
  'GET / HTTP/1.1\r\n\r\n',
  'POST /RPC2 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
  '\r\n\r\nGET /a HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n',
  'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n',
  'POST /c\r\nContent-Length: 0\r\n\r\n',
];
const BAD = [
  'nonsense\r\n\r\n',
  'GET / HTTP/1.1\r\nA b\r\n\r\n',
  'GET / HTTP/1.1\nA: b\n\n',
  '\u0016\u0003\u0001',
  'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n',
];

describe('the parser', () => {
  test('finds one request after the other, with their bodies', () => {
    expect(whole(GOOD.join(''))).toEqual([
      request('GET /'),
      request('POST /RPC2', 'hello'),
      request('GET /a'),
      request('POST /b'),
      request('POST /c'),
    ]);
  });

  test('finds the same requests however the bytes are cut into reads', () => {
    const stream = fc.array(fc.constantFrom(...GOOD, ...GOOD, ...BAD), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (texts, places) => {
        const bytes = Buffer.from(texts.join(''), 'latin1');
        const atOnce = parse([bytes]);
        expect(parse(cut(bytes, places))).toEqual(atOnce);
        expect(parse(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(atOnce);
      }),
      { numRuns: 500 },
    );
  });

  test('never throws, and has the same result for any bytes however they are cut', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(
          fc.oneof(
            fc.constantFrom(...GOOD, ...BAD, '\r\n', '\n', ' ', ':', 'HTTP/1.1'),
            fc.string({ maxLength: 5 }),
          ),
          {
            maxLength: 8,
          },
        )
        .map((texts) => Buffer.from(texts.join(''), 'latin1')),
      fc
        .tuple(fc.constantFrom(...GOOD), fc.nat(), fc.integer({ min: 0, max: 255 }))
        .map(([text, at, byte]) => {
          const bytes = Buffer.from(text, 'latin1');
          bytes[at % bytes.length] = byte;
          return bytes;
        }),
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses at once what cannot be HTTP, and waits for the rest of what may be', () => {
    for (const text of ['\u0016\u0003\u0001\u0002', 'get', '{', 'GET /\n', 'GET / HTTP/1.1\r\nA: \u0000'])
      expect(whole(text), text).toEqual(['malformed']);
    for (const text of ['G', 'GET /', 'GET / HTTP/1.1\r\nA: \t\u00e9', 'GET / HTTP/1.1\r\n\r'])
      expect(whole(text), text).toEqual([]);
  });

  test('has no further result after what it could not parse', () => {
    expect(whole(`nonsense\r\n\r\n${GOOD[0]}`)).toEqual(['malformed']);
  });

  test('takes a head of 64 KB and no more, whether its end is there or not', () => {
    const head = (bytes: number): string => {
      const beginning = 'GET / HTTP/1.1\r\nX: ';
      return `${beginning}${'x'.repeat(bytes - beginning.length - 4)}\r\n\r\n`;
    };
    expect(whole(head(MAX_HEAD_BYTES))).toEqual([request('GET /')]);
    expect(whole(head(MAX_HEAD_BYTES + 1))).toEqual(['malformed']);
    expect(whole(head(MAX_HEAD_BYTES + 9).slice(0, MAX_HEAD_BYTES + 1))).toEqual(['malformed']);
  });

  test.each([
    ['a size of nine digits', '000000001\r\n'],
    ['a size that is none', '-1\r\n'],
    ['an endless size line', '1'.padEnd(1100, ';')],
    ['data that is longer than its size', '1\r\nab\r\n'],
    ['a line without a colon after the last chunk', '0\r\nX\r\n\r\n'],
    ['half a line end after the last chunk', '0\r\n\rX: y\r\n\r\n'],
    ['a NUL after the last chunk', '0\r\nX: \0\r\n\r\n'],
    ['endless lines after the last chunk', `0\r\n${'X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(1000)}`],
  ])('refuses %s', (_, chunks) => {
    expect(whole(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`).at(-1)).toBe('malformed');
  });
});

describe('a head', () => {
  test('is read into names and values', () => {
    const head = parseHead('POST /RPC2?x HTTP/1.1\r\nContent-Length:\t 12 \r\nX-A:\r\nX-B: a  b\r\nX-B: c');
    expect(head).toMatchObject({ method: 'POST', target: '/RPC2?x', isHttp11: true, keepsAlive: true });
    expect(head?.contentLength).toBe(12);
    expect([...(head?.headers ?? [])]).toEqual([
      ['content-length', '12'],
      ['x-a', ''],
      ['x-b', 'a  b'],
    ]);
  });

  test.each([
    ['HTTP/1.1', [], true],
    ['HTTP/1.1', ['close'], false],
    ['HTTP/1.1', ['x, CLOSE'], false],
    ['HTTP/1.1', ['x', 'close'], false],
    ['HTTP/1.1', ['keep-alive, close'], false],
    ['HTTP/1.1', ['closed'], true],
    ['HTTP/1.7', [], true],
    ['HTTP/1.0', [], false],
    ['HTTP/1.0', ['Keep-Alive'], true],
    ['HTTP/1.0', ['x , keep-alive'], true],
    ['HTTP/0.9', ['keep-alive'], false],
    ['', ['keep-alive'], false],
  ])('of %s with Connection %j keeps the connection open: %s', (version, options, keepsAlive) => {
    const lines = options.map((option) => `\r\nConnection: ${option}`);
    expect(parseHead(`GET / ${version}`.trim() + lines.join(''))?.keepsAlive).toBe(keepsAlive);
  });

  test('takes a header that is folded as one line', () => {
    const head = parseHead('GET / HTTP/1.1\r\nA: b \r\n  c\r\n\td\r\nB: e\r\nConnection: x,\r\n close');
    expect([head?.headers.get('a'), head?.headers.get('b'), head?.keepsAlive]).toEqual(['b c d', 'e', false]);
  });

  test('takes a length that comes twice and is the same', () => {
    expect(parseHead('POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5')?.contentLength).toBe(5);
  });

  test.each(['1.0', '1.1'])('of HTTP/%s with the coding identity has no coding', (version) => {
    const head = parseHead(`POST / HTTP/${version}\r\nTransfer-Encoding: Identity\r\nContent-Length: 5`);
    expect(head).toMatchObject({ contentLength: 5, isChunked: false });
  });

  test.each([
    ['two lengths that differ', 'Content-Length: 5\r\nContent-Length: 6'],
    ['two lengths that are written differently', 'Content-Length: 5\r\nContent-Length: 05'],
    ['a list of lengths', 'Content-Length: 5, 5'],
    ['a length with a sign', 'Content-Length: +5'],
    ['an empty length', 'Content-Length:'],
    ['a length in other digits', 'Content-Length: 0x5'],
    ['a length past counting', 'Content-Length: 99999999999999999999'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
    ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['another coding', 'Transfer-Encoding: gzip'],
    ['codings in a row', 'Transfer-Encoding: gzip, chunked'],
    ['chunks behind a blank', 'Transfer-Encoding : chunked'],
    ['chunks behind a vertical tab', 'Transfer-Encoding: \u000bchunked'],
    ['a folded length', 'Content-Length:\r\n 5'],
    ['a folded coding', 'Transfer-Encoding:\r\n\tchunked'],
    ['a folded host', 'Host: a\r\n b'],
    ['a NUL in a folded line', 'A: b\r\n \u0000'],
    ['a folded line before any header', ' A: b'],
    ['identity twice', 'Transfer-Encoding: identity\r\nTransfer-Encoding: identity'],
    ['identity and chunks', 'Transfer-Encoding: identity, chunked'],
    ['a line without a colon', 'A'],
    ['a line without a name', ': b'],
    ['a name with a blank', 'A b: c'],
    ['a value with a NUL', 'A: \u0000'],
    ['a value with a line end in it', 'A: b\nContent-Length: 5'],
    ['a value with half a line end in it', 'A: b\rContent-Length: 5'],
  ])('with %s is refused', (_, lines) => {
    expect(parseHead(`POST /RPC2 HTTP/1.1\r\n${lines}`)).toBeNull();
  });

  test('with chunks is refused before HTTP/1.1, which has them', () => {
    expect(parseHead('POST / HTTP/1.0\r\nTransfer-Encoding: chunked')).toBeNull();
    expect(parseHead('POST / HTTP/1.1\r\nTransfer-Encoding: Chunked')).toMatchObject({
      isChunked: true,
      contentLength: null,
    });
  });

  test.each([
    ...[
      '',
      'GET',
      'get / HTTP/1.1',
      'GET x HTTP/1.1',
      'GET / HTTP/2.0',
      'GET / HTTP/1.1 ',
      'GET / http/1.1',
      'GET / x HTTP/1.1',
    ],
    ...[
      ' GET / HTTP/1.1',
      'GET\t/ HTTP/1.1',
      'GET /\u00e9 HTTP/1.1',
      'GET /\u0001 HTTP/1.1',
      'GET / HTTP/1.11',
    ],
  ])('that begins with %j is refused', (line) => {
    expect(parseHead(line)).toBeNull();
  });

  test.each([
    'GET /',
    'OPTIONS * HTTP/1.1',
    'GET http://x/RPC2 HTTP/1.1',
    'CONNECT x:1 HTTP/1.1',
    'GET  /  HTTP/1.1',
  ])('that begins with %j is read', (line) => {
    expect(parseHead(line)).not.toBeNull();
  });
});
