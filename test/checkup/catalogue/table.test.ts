/** The catalogue of differences: ids that can be cited, and words for users. */
import { describe, expect, test } from 'vitest';
import { intendedDifferences } from '../../../compat/differences.ts';
import { DIFFERENCE_AREAS, DIFFERENCES } from '../../../src/checkup/catalogue/table.ts';

const entries = Object.entries(DIFFERENCES);

describe('the catalogue of differences', () => {
  test('has each id once', () => {
    const ids = DIFFERENCE_AREAS.flatMap((area) => Object.keys(area.entries));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });

  test.each(entries)('%s is described in whole sentences', (id, { supervisord, visord, why }) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [supervisord, visord, why]) expect(text).toMatch(/^\S.*\.$/);
  });

  test('has an entry for each difference that a scenario shows, and a scenario for each entry', () => {
    const compared = new Set(intendedDifferences.map(({ id }) => id));
    expect([...compared].sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});
