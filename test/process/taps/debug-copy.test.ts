import { expect, test } from 'vitest';
import { DebugCopy } from '../../../src/process/taps/debug-copy.ts';
import { outputText } from '../../../src/process/taps/output-text.ts';
import { FakeLog } from '../../rpc/fakes.ts';

function copied(bytes: Buffer, name = 'web', isProtocol = false): string | undefined {
  const log = new FakeLog();
  const copy = new DebugCopy(log, name, 'stdout', isProtocol);
  expect(copy.take(bytes)).toBe(bytes);
  expect(copy.end()).toHaveLength(0);
  return log.lines[0];
}

test('the main log shows output with the name of its program', () => {
  expect(copied(Buffer.from('hello\nwörld\n'))).toBe("debug: 'web' stdout output:\nhello\nwörld\n");
  expect(copied(Buffer.from('x'), "it's")).toBe('debug: "it\'s" stdout output:\nx');
});

test('the words of an event listener are shown as bytes', () => {
  expect(copied(Buffer.from('READY\n'), 'l', true)).toBe("debug: 'l' stdout output:\nb'READY\\n'");
});

test.each([
  [[0xff, 0xfe], "Undecodable: b'\\xff\\xfe'"],
  [[0xc3], "Undecodable: b'\\xc3'"],
  [[0x80, 0x27], 'Undecodable: b"\\x80\'"'],
  [[0x80, 0x27, 0x22], "Undecodable: b'\\x80\\'\"'"],
  [[0xed, 0xa0, 0x80], "Undecodable: b'\\xed\\xa0\\x80'"],
  [[0x80, 0x5c, 0x0d, 0x09, 0x00, 0x7f], "Undecodable: b'\\x80\\\\\\r\\t\\x00\\x7f'"],
  [[0xef, 0xbb, 0xbf, 0x41], '\ufeffA'],
  [[0x00, 0x41], '\0A'],
])('bytes %j are shown as Python shows them', (bytes, text) => {
  expect(outputText(Buffer.from(bytes))).toBe(text);
});
