/** What has no effect, or too much, where one process runs many test files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** vitest runs it for each test file. */
const SETUP = 'event-loop.ts';

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** The files in which the pattern is found. */
function having(pattern: RegExp): string[] {
  return files.filter((name) => pattern.test(readFileSync(join(import.meta.dirname, name), 'utf8')));
}

// It would run for the first test file only.
test('modules that tests import have no hooks at their top', () => {
  const modules = having(/^(?:before|after)(?:Each|All)\(/m).filter(
    (name) => !name.endsWith('.test.ts') && name !== SETUP,
  );
  expect(modules).toEqual([]);
});

// They are loaded before, and stay replaced for other files.
test('tests replace no modules', () => {
  expect(having(/\bvi\.(?:mock|doMock|resetModules)\(/)).toEqual([]);
});
