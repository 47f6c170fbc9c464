import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha1 } from '../../src/io/sha1.ts';
import { fc } from '../properties.ts';

const reference = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

test('the digest of a text is that of RFC 3174', () => {
  expect(sha1(Buffer.from('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(sha1(Buffer.alloc(0))).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
});

test('bytes of every length around a block have the digest of the reference', () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Buffer.alloc(length, length);
    expect(sha1(bytes), `${length} bytes`).toBe(reference(bytes));
  }
});

test('any bytes have the digest of the reference', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sha1(bytes)).toBe(reference(bytes));
    }),
  );
});
