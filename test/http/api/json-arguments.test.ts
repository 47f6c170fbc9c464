import { describe, expect, test } from 'vitest';
import { readArguments } from '../../../src/http/api/json-arguments.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('the body of a call', () => {
  test.each([
    ['', []],
    [' \r\n', []],
    ['[]', []],
    ['["web", true, 3, null, 1.5]', ['web', true, 3, null, 1.5]],
    ['{"name": "web"}', { name: 'web' }],
    ['{"name": "a", "name": "b"}', { name: 'b' }],
    ['\ufeff["web"]', ['web']],
    ['["ä€😀\\u0000"]', ['ä€😀\0']],
    ['["[[[\\"[[["]', ['[[["[[[']],
    [nested(33), expect.any(Array)],
  ])('%j is arguments', (body, expected) => {
    expect(readArguments(Buffer.from(body))).toEqual(expected);
  });

  test('has no effect on prototypes', () => {
    const given = readArguments(Buffer.from('{"__proto__": {"isAdmin": true}}'));
    expect(Object.keys(given)).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  test.each([
    ['{', /^The body is not JSON: /],
    ['{"name": "web"} x', /^The body is not JSON: /],
    ["{'name': 'web'}", /^The body is not JSON: /],
    ['NaN', /^The body is not JSON: /],
    ['"web"', /^The body is neither an array /],
    ['null', /^The body is neither an array /],
    ['3', /^The body is neither an array /],
    ['[1e999]', /^A number in the body is too large\.$/],
    ['{"a": [{"b": -1e999}]}', /^A number in the body is too large\.$/],
    [nested(34), /^The body is nested more than 33 levels deep\.$/],
    [nested(500_000), /^The body is nested more than 33 levels deep\.$/],
    ['{"a":'.repeat(200_000), /^The body is nested more than 33 levels deep\.$/],
    ['"\\"'.repeat(300_000), /^The body is not JSON: /],
  ])('is refused: %.20s', (body, expected) => {
    expect(() => readArguments(Buffer.from(body))).toThrow(expected);
  });

  test('is refused where it is not UTF-8', () => {
    expect(() => readArguments(Buffer.from('["\xff"]', 'latin1'))).toThrow('The body is not UTF-8.');
  });
});
