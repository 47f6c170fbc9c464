import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  isNewer,
  isVersion,
  stampChangelog,
  stampVersion,
  unreleasedText,
} from '../../scripts/release-stamps.mjs';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Trees.\n\n## [0.1.0] - 2026-01-01\n\n- All.\n';

test('what is unreleased gets the version and the date', () => {
  const stamped = stampChangelog(CHANGELOG, '0.2.0', '2026-11-27');
  expect(stamped).toContain('## [Unreleased]\n\n## [0.2.0] - 2026-11-27\n\n### Added\n\n- Trees.\n');
  expect([unreleasedText(CHANGELOG), unreleasedText(stamped)]).toEqual(['### Added\n\n- Trees.', '']);
});

test.each(['package.json', 'package-lock.json'])('only the version of the package changes in %s', (file) => {
  const before = read(file);
  const after = stampVersion(before, '77.8.9');
  expect(JSON.parse(after)).toMatchObject({ version: '77.8.9' });
  const changed = after.split('\n').filter((line, index) => line !== before.split('\n')[index]);
  expect(changed.map((line) => line.trim())).toEqual(
    file === 'package.json' ? ['"version": "77.8.9",'] : ['"version": "77.8.9",', '"version": "77.8.9",'],
  );
});

test('versions are compared by number, and a pre-release is older than its release', () => {
  expect(isNewer('0.10.0', '0.9.9')).toBe(true);
  expect(isNewer('0.2.0', '0.2.0')).toBe(false);
  expect(isNewer('1.0.0', '1.0.0-rc.2')).toBe(true);
  expect(isNewer('1.0.0-rc.10', '1.0.0-rc.9')).toBe(true);
  expect(['1.2.3', '1.2.3-rc.1', '1.2', 'v1.2.3'].map(isVersion)).toEqual([true, true, false, false]);
});

test('a version that package.json does not have is not packed', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/release.mjs', '--pack', '77.8.9'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^release: package\.json has the version [\d.]+, not 77\.8\.9\n$/);
  expect(status).toBe(1);
});

test('CHANGELOG.md and the version agree: what is unreleased is newer than the last release', () => {
  const [, last = '0.0.0'] = /^## \[(\d[^\]]*)\]/m.exec(read('CHANGELOG.md')) ?? [];
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(version === last || isNewer(version, last)).toBe(true);
});
