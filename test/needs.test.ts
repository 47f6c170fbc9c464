import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need, needing } from './needs.ts';

/** Collects the names of tests, and whether they run. */
function recorder() {
  const seen: string[] = [];
  const collect = (kind: string) =>
    Object.assign((name: string) => void seen.push(`${kind} ${name}`), {
      each: (cases: readonly string[]) => (name: string) => {
        for (const one of cases) seen.push(`${kind} ${name.replace('%s', one)}`);
      },
    });
  return { seen, skipIf: (isLeftOut: unknown) => collect(isLeftOut ? 'left out' : 'run') };
}

const MET = need(true, 'install nothing');
const ROOT = need(false, 'run as root');
const ZSH = need(false, 'install zsh');

test('a test that has what it needs runs under its name', () => {
  const { seen, skipIf } = recorder();
  needing({ skipIf }, MET)('works');
  expect(seen).toEqual(['run works']);
});

test('a test that does not have it is left out, and names how to have it', () => {
  const { seen, skipIf } = recorder();
  needing({ skipIf }, ROOT, MET, ZSH, ROOT)('works');
  expect(seen).toEqual(['left out works (left out: run as root; install zsh)']);
});

test('each case of a table of tests does', () => {
  const { seen, skipIf } = recorder();
  needing({ skipIf }, ZSH).each(['a', 'b'])('%s works');
  expect(seen).toEqual([
    'left out a works (left out: install zsh)',
    'left out b works (left out: install zsh)',
  ]);
});

test('no test is left out without that', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const silent = files
    .filter((file) => file.endsWith('.test.ts') && file !== 'needs.test.ts')
    .filter((file) =>
      /\.(skipIf|runIf|skip|todo)\b/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
    );
  expect(silent).toEqual([]);
});
