import { describe, expect, test } from 'vitest';
import { entryPointText, readEntryPoint } from '../../src/python/entry-point.ts';

describe('an entry point', () => {
  test.each([
    ['a.b:c', 'a.b:c'],
    ['a.b: c', 'a.b:c'],
    [' a.b :c ', 'a.b:c'],
    ['a.b\t:\tc', 'a.b:c'],
    ['a.b:c [x]', 'a.b:c'],
    ['a.b:c[x, y]', 'a.b:c'],
    ['a.b : c [x] ', 'a.b:c'],
    ['./a b.js : make', './a b.js:make'],
    ['./a[1].js:make', './a[1].js:make'],
    ['a.b', 'a.b'],
    ['', ''],
  ])('%j is %j', (text, spelling) => {
    expect(entryPointText(text)).toBe(spelling);
  });

  test('without a colon has no module', () => {
    expect(readEntryPoint('a.b [x]')).toEqual({ module: null, name: 'a.b' });
    expect(readEntryPoint('a.b:')).toEqual({ module: 'a.b', name: '' });
  });
});
