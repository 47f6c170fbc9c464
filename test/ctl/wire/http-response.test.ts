/** Responses mean the same however the network cuts them up. */

import { describe, expect, it } from 'vitest';
import { ResponseReader } from '../../../src/ctl/wire/http-response.ts';
import { BadAnswerError } from '../../../src/ctl/wire/trouble.ts';
import { fc } from '../../properties.ts';

function read(parts: readonly Buffer[]): string {
  const seen: string[] = [];
  const reader = new ResponseReader({
    head: (status, reason) => seen.push(`${status} ${reason}\n`),
    body: (part) => seen.push(part.toString('latin1')),
    done: () => seen.push('\ndone'),
  });
  for (const part of parts) reader.push(part);
  reader.end();
  return seen.join('');
}

function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const RESPONSES: Readonly<Record<string, readonly [string, string]>> = {
  'with a length': ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', '200 OK\nhello\ndone'],
  'of no bytes': ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', '200 OK\n\ndone'],
  'in chunks': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n 123456789\r\n0\r\nTrailer: x\r\n\r\n',
    '200 OK\nhello 123456789\ndone',
  ],
  'up to the end': ['HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello', '200 OK\nhello\ndone'],
  'behind a 100': [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    '204 No Content\n\ndone',
  ],
  'with bare line feeds': ['HTTP/1.1 200 OK\nContent-Length: 2\n\nhi', '200 OK\nhi\ndone'],
  'without a reason': ['HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n', '500 \n\ndone'],
};

describe('a response', () => {
  for (const [what, [text, meaning]] of Object.entries(RESPONSES)) {
    it(`${what} is the same in any parts`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(1000), { maxLength: 12 }), (places) => {
          expect(read(cut(text, places))).toBe(meaning);
        }),
      );
    });
  }

  it('that ends too early is not an answer', () => {
    const [text] = RESPONSES['in chunks'] ?? [''];
    for (let length = 0; length < text.length; length += 1) {
      expect(() => read([Buffer.from(text.slice(0, length))])).toThrow(BadAnswerError);
    }
  });
});
