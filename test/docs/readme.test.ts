import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './markdown.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Each figure that README.md states, and the row of docs/performance.md that it stands on. */
const CLAIMS = [
  ['more than 50 times sooner', 'crash to restarted process, median'],
  ['more than 8 times faster', '1,000 programs started'],
  ['more than 100 times faster', 'getAllProcessInfo at 1,000 programs'],
] as const;

test('every figure of README.md is a measured one', () => {
  const readme = read('README.md');
  expect(readme.match(/more than [\d,.]+ times \w+/g)).toEqual(CLAIMS.map(([claim]) => claim));
  const rows = read('docs/performance.md').matchAll(/^\| ([\d,.]+) × \| ([^|]+) \|/gm);
  const ratios = new Map(
    [...rows].map(([, ratio = '', title = '']) => [title, Number(ratio.replace(',', ''))]),
  );
  for (const [claim, title] of CLAIMS) {
    expect(ratios.get(title), title).toBeGreaterThan(Number(/[\d,.]+/.exec(claim)?.[0]));
  }
});

test('README.md names the package of this version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  for (const page of ['README.md', 'docs/migrating.md', 'docs/docker.md']) {
    const named = [...read(page).matchAll(/visord-(\d[\w.-]*)\.tgz/g)].map(([, found]) => found);
    expect(new Set(named), page).toEqual(new Set([version]));
  }
});
