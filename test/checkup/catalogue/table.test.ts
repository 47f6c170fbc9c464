/** The catalogue of differences: ids that can be cited, and words for users. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readExpectations, scenariosWithExpectations } from '../../../compat/harness/expected.ts';
import { DIFFERENCE_AREAS, DIFFERENCES, type DifferenceId } from '../../../src/checkup/catalogue/table.ts';

/** Entries that no scenario compares, and the test that shows what visord does. */
const TESTED: Partial<Record<DifferenceId, string>> = {
  'client-errors': 'test/ctl/bad-servers.test.ts',
  'endless-startretries': 'test/process/machine/machine-lifecycle.test.ts',
  'include-without-end': 'test/config/text/include.test.ts',
  'log-links': 'test/logs/hostile-logs.test.ts',
  'mistyped-option': 'compat/scenarios/client/mistyped-options.ts',
  'second-daemon': 'test/e2e/daemon-killed.test.ts',
  'several-stop-signals': 'test/process/machine/machine-lifecycle.test.ts',
  'silent-server': 'test/ctl/bad-servers.test.ts',
  'update-by-process': 'test/e2e/update/by-process.test.ts',
  'upgrade-signal': 'test/e2e/upgrade.test.ts',
  'visord-events': 'test/e2e/lifecycle/checks.test.ts',
  'wide-format': 'test/config/text/expansion.test.ts',
};

const root = fileURLToPath(new URL('../../..', import.meta.url));
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

  test('has an entry for each difference that a scenario shows, and a scenario or a test for each entry', () => {
    const compared = new Set(
      scenariosWithExpectations().flatMap((name) => [...readExpectations(name).values()].map(({ id }) => id)),
    );
    for (const path of Object.values(TESTED)) expect(existsSync(join(root, path)), path).toBe(true);
    expect([...new Set([...compared, ...Object.keys(TESTED)])].sort()).toEqual(
      Object.keys(DIFFERENCES).sort(),
    );
  });
});
