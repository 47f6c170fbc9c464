import { describe, expect, test } from 'vitest';
import { readDialect } from '../../../src/config/text/dialect.ts';
import { Source } from '../../../src/config/text/source.ts';
import { fc } from '../../properties.ts';
import { errorOf } from '../support.ts';

function read(text: string): Record<string, Record<string, string>> {
  const source = new Source();
  readDialect(text, 'x.conf', source);
  return Object.fromEntries(
    [...source.sections.keys()].map((name) => [name, Object.fromEntries(source.entries(name))]),
  );
}

describe('keys and values', () => {
  test('= and : separate, blanks around both are dropped, keys are lower case, values stay as they are', () => {
    expect(read('[a]\nKey = Value\nother:x=y\nthird=a:b\n')).toEqual({
      a: { key: 'Value', other: 'x=y', third: 'a:b' },
    });
  });

  test('of a repeated key the last wins, and a repeated section merges', () => {
    expect(read('[a]\nx=1\nx=2\n[b]\n[a]\ny=3\n')).toEqual({ a: { x: '2', y: '3' }, b: {} });
  });

  test('[DEFAULT] feeds every section, which may set another value', () => {
    expect(read('[a]\nx=1\n[DEFAULT]\nx=0\ny=9\n[b]\n')).toEqual({
      a: { x: '1', y: '9' },
      b: { x: '0', y: '9' },
    });
  });

  test('a section name goes to the last bracket', () => {
    expect(Object.keys(read('[a]b] rest\n[c] ; comment\n'))).toEqual(['a]b', 'c']);
  });

  test('CRLF and CR end lines', () => {
    expect(read('[a]\r\nx=1\r\ny=2\rz=3')).toEqual({ a: { x: '1', y: '2', z: '3' } });
  });
});

describe('comments', () => {
  test.each([
    ['x=a ;b', 'a'],
    ['x=a #b', 'a'],
    ['x=a;b#c', 'a;b#c'],
    ['x=;b', ';b'],
    ['x= ;b', ''],
    ['x=a\t;b', 'a'],
  ])('%j reads as %j', (line, value) => {
    expect(read(`[a]\n${line}\n`)).toEqual({ a: { x: value } });
  });

  test('the n-th ; and the n-th # are looked at together, as in the reference', () => {
    expect(read('[a]\nx=a;b ;c #d\n')).toEqual({ a: { x: 'a;b ;c' } });
  });

  test('a line that begins with ; or # is ignored', () => {
    expect(read('# x\n[a]\n;y=1\n  #z=2\n')).toEqual({ a: {} });
  });
});

describe('continuation', () => {
  test('indented lines join with a newline; comments inside are dropped, blank lines are kept', () => {
    expect(read('[a]\nx=1\n  2\n\n ; no\n\t3 ;end\n\n\ny=4\n')).toEqual({ a: { x: '1\n2\n\n3', y: '4' } });
  });

  test('what continues is measured against the key, so an indented section may have continued values', () => {
    expect(read('[a]\n  x=1\n    2\n  y=3\n')).toEqual({ a: { x: '1\n2', y: '3' } });
  });

  test('a line with = in it still continues', () => {
    expect(read('[a]\nx=1,\n y=2\n')).toEqual({ a: { x: '1,\ny=2' } });
  });
});

describe('errors', () => {
  test('name every line that is neither a section nor a key', () => {
    expect(errorOf(() => read('[a]\nabc\nx=1\n=y\n'))).toBe(
      "Source contains parsing errors: 'x.conf'\n\t[line  2]: 'abc\\n'\n\t[line  4]: '=y\\n'",
    );
  });

  test('show the last line without an end that it has not', () => {
    expect(errorOf(() => read("[a]\nit's"))).toBe(
      "Source contains parsing errors: 'x.conf'\n\t[line  2]: \"it's\"",
    );
  });

  test('name the line before the first section', () => {
    expect(errorOf(() => read('\n;c\nx=1\n'))).toBe(
      "File contains no section headers.\nfile: 'x.conf', line: 3\n'x=1\\n'",
    );
  });
});

test('whatever is written in the dialect reads back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
  const line = fc.stringMatching(/^[!-"$-:<-~]([ -"$-:<-~é€]{0,12}[!-"$-:<-~])?$/);
  const sections = fc.dictionary(word, fc.dictionary(word, fc.array(line, { minLength: 1, maxLength: 3 })));
  fc.assert(
    fc.property(sections, (data) => {
      const text = Object.entries(data).map(
        ([name, keys]) =>
          `[${name}]\n${Object.entries(keys)
            .map(([key, lines]) => `${key} = ${lines.join('\n  ')}\n`)
            .join('')}`,
      );
      const joined = Object.entries(data).map(([name, keys]) => [
        name,
        Object.fromEntries(Object.entries(keys).map(([key, lines]) => [key, lines.join('\n')])),
      ]);
      expect(read(text.join('\n'))).toEqual(Object.fromEntries(joined));
    }),
  );
});
