import { expect, test } from 'vitest';
import { fsdecode, fsencode, fsPath, showEscapes } from '../../src/python/fs-encoding.ts';
import { fc } from '../properties.ts';

const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array)),
      fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => Buffer.from(text)),
    ),
  )
  .map((parts) => Buffer.concat(parts));

test('no byte is lost on the way to text and back', () => {
  fc.assert(
    fc.property(bytes, (original) => {
      expect(fsencode(fsdecode(original)).equals(original)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('UTF-8 is the text that it stands for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fsdecode(Buffer.from(text))).toBe(text);
      expect(fsencode(text).equals(Buffer.from(text))).toBe(true);
      expect(fsPath(text)).toBe(text);
    }),
  );
});

test.each([
  ['a Latin-1 letter', [0x63, 0xe9], 'c\udce9'],
  ['a character that is cut off', [0xe2, 0x82], '\udce2\udc82'],
  ['an overlong slash', [0xc0, 0xaf], '\udcc0\udcaf'],
  ['a surrogate', [0xed, 0xb3, 0xa9], '\udced\udcb3\udca9'],
  ['a character past U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
  ['U+FFFD beside a wrong byte', [0xef, 0xbf, 0xbd, 0xff], '\ufffd\udcff'],
  ['a wrong byte before a character of four', [0xff, 0xf0, 0x9f, 0x92, 0xa9], '\udcff\u{1f4a9}'],
])('%s is decoded as Python does', (_, array, text) => {
  expect(fsdecode(Buffer.from(array))).toBe(text);
});

test('surrogates that stand for no byte become U+FFFD', () => {
  expect(fsencode('a\udd00').toString()).toBe('a\ufffd');
  expect(fsencode('\udc7f\ud800').toString()).toBe('\ufffd\ufffd');
});

test('escapes are shown as what they are', () => {
  expect(showEscapes('caf\udce9 \u{1f4a9}')).toBe('caf\\udce9 \u{1f4a9}');
  expect(showEscapes('café')).toBe('café');
});
