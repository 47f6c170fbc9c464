/** docs/security.md: every promise names tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ROLES } from '../../src/config/tables/user-options.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const promises = page
  .slice(page.indexOf('## What each can and cannot do'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| | tests') && !line.startsWith('| ---'));

test('every promise names a test', () => {
  expect(promises.length).toBeGreaterThan(30);
  for (const line of promises) expect(line).toMatch(/\| `test\/.*\.test\.ts`: .+ \|$/);
});

test('every test that is named exists', () => {
  const named = promises.flatMap((line) =>
    (line.split(' | ').at(-1) ?? '')
      .replace(/ \|$/, '')
      .split('<br>')
      .map((reference) => /^`(test\/[^`]+)`: (.+)$/.exec(reference) ?? [reference]),
  );
  for (const [reference, file = '', name = ''] of named) {
    expect(existsSync(join(root, file)), reference).toBe(true);
    const source = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
    expect(
      ["'", '`', '"'].some((quote) => source.includes(`${quote}${name}${quote}`)),
      reference,
    ).toBe(true);
  }
});

test('every role is described', () => {
  for (const role of ROLES) expect(page).toContain(`| \`${role}\` | `);
});
