import { expect, test } from 'vitest';
import { pythonRepr } from '../../src/python/repr.ts';

test.each([
  ['plain', "'plain'"],
  ["it's", '"it\'s"'],
  ['"', `'"'`],
  [`it's "x"`, `'it\\'s "x"'`],
  ['a\\b\n\t\r', "'a\\\\b\\n\\t\\r'"],
  ['\x00\x1f\x7f\xa0', "'\\x00\\x1f\\x7f\\xa0'"],
  ['é日😀', "'é日😀'"],
  ['\u2028\ufeff\u{e0001}', "'\\u2028\\ufeff\\U000e0001'"],
  [12, '12'],
  [-1.5, '-1.5'],
  [true, 'True'],
  [null, 'None'],
  [['a', 1, [false]], "['a', 1, [False]]"],
  [{ a: 1, b: 'x' }, "{'a': 1, 'b': 'x'}"],
])('%j is %s in Python', (value, text) => {
  expect(pythonRepr(value)).toBe(text);
});
