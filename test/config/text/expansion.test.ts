import { describe, expect, test } from 'vitest';
import { environmentNames, expand, extendScope, type Scope } from '../../../src/config/text/expansion.ts';
import type { FormatValue } from '../../../src/python/format.ts';
import { fc } from '../../properties.ts';
import { errorOf } from '../support.ts';

const outer = extendScope(
  null,
  new Map<string, FormatValue>([
    ['here', '/etc'],
    ['t', "it's"],
  ]),
);
const scope: Scope = extendScope(outer, new Map<string, FormatValue>([['n', 7]]));
const at = (text: string): string => expand(text, scope, 'a.b');

describe('formats', () => {
  test.each([
    ['plain', 'plain'],
    ['%(here)s/x', '/etc/x'],
    ['%%(here)s 100%%', '%(here)s 100%'],
    ['%(n)02d|%(n)5d|%(n)-5d|%(n)+d', '07|    7|7    |+7'],
    ['%(n)x %(n)#x %(n)o %(n)c', '7 0x7 7 \x07'],
    ['%(n)f %(n).1f %(n)e %(n)g', '7.000000 7.0 7.000000e+00 7'],
    ['%(here)r %(t)r %(here).2s|%(here)6s', "'/etc' \"it's\" /e|  /etc"],
  ])('%j becomes %j', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test('an inner name hides an outer one', () => {
    expect(expand('%(here)s', extendScope(scope, new Map([['here', '/tmp']])), 'x')).toBe('/tmp');
  });

  test('environment variables have ENV_ before them', () => {
    expect(expand('%(ENV_A)s', extendScope(null, environmentNames({ A: '1', B: undefined })), 'x')).toBe('1');
  });
});

describe('errors', () => {
  test.each([
    ['%(n)0900000d', 'width too big (the limit is 4096)'],
    ['%(n)4097s', 'width too big (the limit is 4096)'],
    ['%(n).4097d', 'precision too big (the limit is 4096)'],
    [`%(n)${'9'.repeat(1000)}d`, 'width too big (the limit is 4096)'],
    ['%(n)4096d'.repeat(257), 'the result has more than 1048576 characters'],
  ])('%.20s takes no more memory than a text may have', (text, reason) => {
    expect(errorOf(() => at(text))).toMatch(`is badly formatted: ${reason}`);
  });

  test('the widest conversions, and a text that is long itself, are expanded', () => {
    expect(at('%(n)4096d')).toHaveLength(4096);
    expect(at(`${'x'.repeat(2 << 20)}%(n)d`)).toHaveLength((2 << 20) + 1);
  });

  test('a name with a long value is not repeated without a limit', () => {
    const much = extendScope(null, new Map([['much', 'x'.repeat(1 << 17)]]));
    expect(errorOf(() => expand('%(much)s'.repeat(9), much, 'a.b'))).toMatch('the result has more than');
  });

  test('an unknown name lists the names there are', () => {
    expect(errorOf(() => at('x %(nope)s'))).toBe(
      "Format string 'x %(nope)s' for 'a.b' contains names ('nope') which cannot be expanded. Available names: here, n, t",
    );
  });

  test.each([
    ['date +%Y', "unsupported format character 'Y' (0x59) at index 7"],
    ['é%é', "unsupported format character '?' (0xe9) at index 2"],
    ['%', 'incomplete format'],
    ['%(here', 'incomplete format key'],
    ['%(here)', 'incomplete format'],
    ['%(here)d', '%d format: a real number is required, not str'],
    ['%(here)x', '%x format: an integer is required, not str'],
    ['%(here)f', 'must be real number, not str'],
    ['%(here)s %s', 'not enough arguments for format string'],
    ['%d', '%d format: a real number is required, not dict'],
    ['%*d', '* wants int'],
  ])('%j is badly formatted: %s', (text, reason) => {
    expect(errorOf(() => at(text))).toBe(`Format string '${text}' for 'a.b' is badly formatted: ${reason}`);
  });
});

test('text with its percent signs doubled expands to itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(at(text.replaceAll('%', '%%'))).toBe(text);
    }),
  );
});

test('any text at all either expands or is refused as a configuration error', () => {
  const piece = fc.constantFrom(
    '%',
    '(here)',
    '(n)',
    '(x)',
    's',
    'd',
    '0',
    '9',
    '.',
    '-',
    '*',
    'l',
    'c',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      try {
        expect(at(text)).toBeTypeOf('string');
      } catch (error) {
        expect(error).toHaveProperty('name', 'ConfigError');
      }
    }),
  );
});
