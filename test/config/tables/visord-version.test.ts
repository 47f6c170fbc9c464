import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VISORD_VERSION } from '../../../src/config/tables/visord-version.ts';

test('the version of visord is that of its package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(VISORD_VERSION).toBe(version);
});
