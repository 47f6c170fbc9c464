import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, anchorsOf, proseOf, ROOT } from './markdown.ts';

const PAGES = allPages();

test.each(PAGES.map((page) => [page.file, page] as const))('the links of %s lead somewhere', (file, page) => {
  const broken: string[] = [];
  for (const [, target = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(?:https?|mailto):/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const full = path === '' ? join(ROOT, file) : join(ROOT, dirname(file), path);
    if (!existsSync(full) || relative(ROOT, full).startsWith('..')) {
      broken.push(`${target}: no such file`);
    } else if (anchor !== undefined && full.endsWith('.md')) {
      const text = readFileSync(full, 'utf8');
      if (!anchorsOf({ file: path, text }).has(anchor)) broken.push(`${target}: no such heading`);
    }
  }
  expect(broken).toEqual([]);
});

test('docs/README.md has a link to every page', () => {
  const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const missing = PAGES.map(({ file }) => file)
    .filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')
    .filter((file) => !index.includes(`](${relative('docs', file)})`));
  expect(missing).toEqual([]);
});

test('pictures of the documentation are small', () => {
  for (const [, picture = ''] of readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(
    /!\[[^\]]*\]\(([^)]+)\)/g,
  )) {
    expect(statSync(join(ROOT, picture)).size, picture).toBeLessThan(100_000);
  }
});
