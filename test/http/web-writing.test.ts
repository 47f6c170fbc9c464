import { gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gif } from '../../src/http/web/gif.ts';
import { escapeText, quoteUrl } from '../../src/http/web/html.ts';
import { ICON, type Picture, pixelsOf, RULE, STATES, WORDMARK } from '../../src/http/web/pictures.ts';
import { png } from '../../src/http/web/png.ts';
import { fc } from '../properties.ts';

describe('text', () => {
  test('in HTML comes out of a browser as it went in, and holds no tag', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '&', '>', '"', 'lt;', 'a', 'é', '#60;') }),
        (text) => {
          const escaped = escapeText(text);
          expect(escaped).not.toContain('<');
          expect(escaped.replaceAll('&lt;', '<').replaceAll('&amp;', '&')).toBe(text);
        },
      ),
    );
  });

  test('in a URL comes out of it as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const quoted = quoteUrl(text);
        expect(quoted).toMatch(/^[\w.~/%-]*$/);
        expect(decodeURIComponent(quoted)).toBe(text);
      }),
    );
  });

  test.each([
    ["a b/c~d_e-f.g!*'()", 'a%20b/c~d_e-f.g%21%2A%27%28%29'],
    ['päron:€', 'p%C3%A4ron%3A%E2%82%AC'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j is quoted as Python does', (text, quoted) => {
    expect(quoteUrl(text)).toBe(quoted);
  });
});

const PICTURES: readonly (readonly [string, Picture])[] = [
  ['the wordmark', WORDMARK],
  ['the icon', ICON],
  ['the rule', RULE],
  ...STATES.map((picture, index) => [`state ${index}`, picture] as const),
];

describe('a picture', () => {
  test.each(PICTURES)('%s has rows of one length and no colour that is not there', (_, picture) => {
    expect(new Set(picture.rows.map((row) => row.length)).size).toBe(1);
    expect(Math.max(...pixelsOf(picture).pixels)).toBeLessThanOrEqual(picture.colours.length);
  });

  test.each(PICTURES)('%s comes out of a GIF as it was drawn', (_, picture) => {
    const bytes = gif(picture);
    const { width, height, pixels } = pixelsOf(picture);
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([width, height]);
    const image = bytes.indexOf(0x2c, 13 + 12 + 8);
    expect([bytes.readUInt16LE(image + 5), bytes.readUInt16LE(image + 7)]).toEqual([width, height]);
    expect(readLzw(bytes, image + 10)).toEqual([...pixels]);
    expect(bytes.at(-1)).toBe(0x3b);
  });

  test.each(PICTURES)('%s comes out of a PNG as it was drawn', (_, picture) => {
    const { width, height, pixels } = pixelsOf(picture);
    const chunks = readChunks(png(picture));
    expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
    const header = chunks.get('IHDR') ?? Buffer.alloc(8);
    expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([width, height]);
    const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
    const drawn = [...lines].filter((_byte, index) => index % (width + 1) !== 0);
    expect(drawn).toEqual([...pixels]);
  });
});

/** A whole LZW reader, which knows nothing of how the writer keeps its codes short. */
function readLzw(bytes: Buffer, start: number): number[] {
  const minimum = bytes[start] ?? 0;
  const data: number[] = [];
  for (let at = start + 1; bytes[at]; at += (bytes[at] ?? 0) + 1) {
    data.push(...bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)));
  }
  const clear = 1 << minimum;
  let size = minimum + 1;
  let position = 0;
  let table: number[][] = [];
  let previous: number[] | null = null;
  const pixels: number[] = [];
  for (;;) {
    let code = 0;
    for (let bit = 0; bit < size; bit += 1, position += 1) {
      code |= (((data[position >> 3] ?? 0) >> (position & 7)) & 1) << bit;
    }
    if (code === clear + 1) return pixels;
    if (code === clear) {
      table = Array.from({ length: clear + 2 }, (_, index) => [index]);
      size = minimum + 1;
      previous = null;
      continue;
    }
    const entry: number[] = table[code] ?? [...(previous ?? []), previous?.[0] ?? 0];
    if (previous) table.push([...previous, entry[0] ?? 0]);
    if (table.length === 1 << size && size < 12) size += 1;
    pixels.push(...entry);
    previous = entry;
  }
}

/** The chunks of a PNG by type; their checksums are held against those that gzip makes. */
function readChunks(bytes: Buffer): Map<string, Buffer> {
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    const zipped = gzipSync(body);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(zipped.readUInt32LE(zipped.length - 8));
    chunks.set(body.subarray(0, 4).toString(), body.subarray(4));
    at += 12 + length;
  }
  return chunks;
}
