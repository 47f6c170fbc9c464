/** The differences that scenarios are expected to show. */
import { describe, expect, test } from 'vitest';
import {
  expectationOf,
  hasAllOf,
  isExpected,
  readExpectations,
  scenariosWithExpectations,
} from '../../compat/harness/expected.ts';
import type { Json } from '../../compat/scenario.ts';
import { scenarios } from '../../compat/scenarios/index.ts';
import { DIFFERENCES } from '../../src/checkup/catalogue/table.ts';

const EXACT = { reference: true, ours: true };

describe('an expected difference', () => {
  const shown = { what: 'x', reference: { a: 1, b: 2 }, ours: 'new' };
  const expected = expectationOf(shown, 'adoption');

  test('has the exact values of both sides, in any order of members', () => {
    expect(expected).toEqual({ id: 'adoption', reference: { a: 1, b: 2 }, ours: 'new' });
    expect(isExpected(expected, { ...shown, reference: { b: 2, a: 1 } }, EXACT)).toBe(true);
    expect(isExpected(expected, { ...shown, ours: 'newer' }, EXACT)).toBe(false);
    expect(isExpected(expected, { ...shown, reference: 'old' }, EXACT)).toBe(false);
  });

  test('with another version of the reference has the value of ours', () => {
    expect(isExpected(expected, { ...shown, reference: 'old' }, { reference: false, ours: true })).toBe(true);
    expect(isExpected(expected, { ...shown, ours: 'newer' }, { reference: false, ours: true })).toBe(false);
  });

  test('as another user has any values', () => {
    expect(isExpected(expected, { ...shown, ours: 'newer' }, { reference: false, ours: false })).toBe(true);
  });

  test('of a value that grows has all that the reference has', () => {
    const grown = { what: 'x', reference: ['a', 'b'], ours: ['a', 'visord.x', 'b'] };
    const growing = expectationOf(grown, 'own-methods', { grows: true });
    expect(growing).toEqual({ id: 'own-methods', reference: ['a', 'b'], grows: true });
    expect(isExpected(growing, grown, EXACT)).toBe(true);
    expect(isExpected(growing, { ...grown, ours: ['a', 'visord.x'] }, EXACT)).toBe(false);
    expect(expectationOf({ ...grown, ours: ['a', 'b', 'c'] }, 'own-methods', growing)).toEqual(growing);
  });

  test('of a value that grows from a part of its own has that part', () => {
    const own = expectationOf({ what: 'x', reference: null, ours: ['a', 'b'] }, 'dump-config', {
      ours: ['b'],
      grows: true,
    });
    expect(own).toEqual({ id: 'dump-config', reference: null, ours: ['b'], grows: true });
    expect(isExpected(own, { what: 'x', reference: null, ours: ['b', 'c'] }, EXACT)).toBe(true);
    expect(isExpected(own, { what: 'x', reference: null, ours: ['c'] }, EXACT)).toBe(false);
  });

  test('may be an observation that one side does not make', () => {
    const missing = { what: 'x', reference: undefined, ours: 1 };
    const own = expectationOf(missing, 'own-methods');
    expect(own).toEqual({ id: 'own-methods', ours: 1 });
    expect(isExpected(own, missing, EXACT)).toBe(true);
    expect(isExpected(own, { ...missing, reference: null }, EXACT)).toBe(false);
  });
});

test.each<[Json, Json, boolean]>([
  ['a\nx\nb', 'a\nb', true],
  ['b\na', 'a\nb', false],
  [['a', { k: 1 }, 'b'], [{ k: 1 }], true],
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: ['x', 'y'] }, { a: ['y'] }, true],
  [1, 2, false],
])('%j has all of %j: %s', (whole, part, has) => {
  expect(hasAllOf(whole, part)).toBe(has);
});

describe('the file of expected differences', () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'of %s explains them with the entries that the scenario names',
    (name, { differences = [] }) => {
      const ids = new Set([...readExpectations(name).values()].map(({ id }) => id));
      expect([...ids].sort()).toEqual([...differences].sort());
      expect(differences.every((id) => Object.hasOwn(DIFFERENCES, id))).toBe(true);
    },
  );

  test('belongs to a scenario', () => {
    const names = scenarios.map(({ name }) => name);
    expect(scenariosWithExpectations().filter((name) => !names.includes(name))).toEqual([]);
  });
});
