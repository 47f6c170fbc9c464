import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PAGES } from '../../scripts/docs/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a page that is made from tables', () => {
  test.each(PAGES.map((page) => [page.file, page] as const))(
    '%s agrees with the tables',
    (file, { text }) => {
      expect(readFileSync(join(root, file), 'utf8'), 'run npm run docs').toBe(text());
    },
  );
});
