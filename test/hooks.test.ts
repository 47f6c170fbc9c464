/** A hook at the top of a module that tests import runs for the first test file of a process only. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** vitest runs it for each test file. */
const SETUP = 'event-loop.ts';

test('modules that tests import have no hooks at their top', () => {
  const modules = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== SETUP,
  );
  const withHooks = modules.filter((name) =>
    /^(?:before|after)(?:Each|All)\(/m.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
  );
  expect(withHooks).toEqual([]);
});
