import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { fnmatch } from '../../src/python/fnmatch.ts';
import { installed, needing } from '../needs.ts';
import { fc } from '../properties.ts';

describe('a pattern', () => {
  test.each([
    ['web-*', 'web-12', true],
    ['app-*.conf', 'app-1.conf', true],
    ['web-?', 'web-12', false],
    ['w[0-9]', 'w5', true],
    ['w[!0-9]', 'w5', false],
    ['a.c', 'abc', false],
    ['p?ron', 'päron', true],
    ['?', '😀', true],
    ['[', '[', true],
    ['[!]', '[!]', true],
    ['[]a]', ']', true],
    ['[z-a]', 'b', false],
    ['[!z-a]', 'b', true],
    ['[a-]', '-', true],
    ['[--0]', '.', true],
    ['x[\\w]', 'xa', false],
    ['*\n', 'a\n', true],
  ])('%j against %j: %s', (pattern, name, expected) => {
    expect(fnmatch(pattern)(name)).toBe(expected);
  });

  test('without wildcards matches itself alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (name, other) => {
        fc.pre(!/[*?[]/.test(name));
        expect(fnmatch(name)(name)).toBe(true);
        expect(fnmatch(name)(other)).toBe(name === other);
      }),
    );
  });

  test('with many stars is matched in proportion to the lengths', () => {
    expect(fnmatch(`${'a*'.repeat(40)}b`)('a'.repeat(20_000))).toBe(false);
  });
});

const PYTHON = '/usr/bin/python3';
const SCRIPT =
  'import fnmatch, json, sys; print(json.dumps([fnmatch.fnmatchcase(n, p) for p, n in json.load(sys.stdin)]))';

needing(test, installed(PYTHON, 'python3'))('patterns match what they match in Python', () => {
  const character = fc.constantFrom(...'abcz-![]*?^\\.&~|/', 'é', '😀');
  const text = (most: number) => fc.array(character, { maxLength: most }).map((all) => all.join(''));
  const pattern = fc.oneof(
    text(7),
    text(6).map((members) => `[${members}]`),
    text(5).map((members) => `a*[!${members}]`),
  );
  const cases = fc.sample(fc.tuple(pattern, fc.oneof(text(1), text(4))), 20_000);
  const run = spawnSync(PYTHON, ['-W', 'ignore', '-c', SCRIPT], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  expect(run.stderr).toBe('');
  const expected = JSON.parse(run.stdout) as boolean[];
  const ours = cases.map(([one, name]) => fnmatch(one)(name));
  expect(cases.filter((_, index) => ours[index] !== expected[index])).toEqual([]);
});
