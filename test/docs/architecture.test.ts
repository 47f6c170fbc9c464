import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './markdown.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const ARCHITECTURE = read('ARCHITECTURE.md');

test('every room of src/ is described, in the order of the imports', () => {
  const described = [...ARCHITECTURE.matchAll(/^\| `(\w+)` \|/gm)].map(([, room = '']) => room);
  const [, list = ''] = /const ROOMS = \[(.*?)\];/s.exec(read('scripts/imports/rules.mjs')) ?? [];
  const rooms = [...list.matchAll(/'(\w+)'/g)].map(([, room = '']) => room);
  const existing = readdirSync(join(ROOT, 'src'));
  expect(described).toEqual(rooms.filter((room) => existing.includes(room)));
  expect([...described].sort()).toEqual(existing.sort());
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'])('the files that %s names exist', (page) => {
  const paths = [...read(page).matchAll(/`([\w./-]+\/[\w./-]+|[\w-]+\.(?:ts|mjs|c|json|md))`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !path.startsWith('/') && !path.startsWith('node_modules') && !/[A-Z]{4}$/.test(path));
  const inSource = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const missing = paths.filter(
    (path) =>
      !existsSync(join(ROOT, path)) &&
      !existsSync(join(ROOT, 'src', path)) &&
      !inSource.some((file) => file.endsWith(`/${path}`)),
  );
  expect(missing).toEqual([]);
});
