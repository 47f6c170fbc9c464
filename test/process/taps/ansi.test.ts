import { expect, test } from 'vitest';
import { AnsiStripper } from '../../../src/process/taps/ansi.ts';
import { fc } from '../../properties.ts';

function strip(chunks: readonly (string | Buffer)[]): string {
  const stripper = new AnsiStripper();
  const parts = chunks.map((chunk) => Buffer.from(stripper.take(Buffer.from(chunk))));
  return Buffer.concat([...parts, stripper.end()]).toString('latin1');
}

test('colours and cursor movements vanish, text and controls stay', () => {
  expect(strip(['\u001b[1;31mred\u001b[0m\tand \u001b[2Kplain\r\n'])).toBe('red\tand plain\r\n');
});

test('text without escapes is handed on as it is', () => {
  const bytes = Buffer.from('plain\n');
  expect(new AnsiStripper().take(bytes)).toBe(bytes);
});

test('an escape that begins nothing is text, also at the end', () => {
  expect(strip(['a\u001bb\u001b\u001bc', '\u001b'])).toBe('a\u001bb\u001b\u001bc\u001b');
});

test('however output is cut into pieces, the same text is left', () => {
  const piece = fc.constantFrom('\u001b', '[', '3', '1', 'm', 'K', ';', 'text', '\n', '\u001b[0m');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(20), (pieces, size) => {
      const whole = pieces.join('');
      const cut: string[] = [];
      for (let at = 0; at < whole.length; at += size + 1) {
        cut.push(whole.slice(at, at + size + 1));
      }
      expect(strip(cut)).toBe(strip([whole]));
    }),
  );
});
