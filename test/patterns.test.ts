/**
 * Every regular expression that is written in src/, on long hostile texts: one that is quadratic takes seconds for them.
 * Those of the rooms that read what clients send have tests of their own, with texts that fit them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';

const TESTED_APART = /^src\/(?:http|xmlrpc|rpc)\//;
const LENGTH = 10_000;
/** A linear pattern takes a fraction of a millisecond, a quadratic one half a second. */
const TIMEOUT_MS = 200;
/** For all texts of a pattern; only a pattern that takes longer is looked at text by text. */
const ALL_TIMEOUT_MS = 400;
/** A busy machine holds a process up for longer than that, and not each time. */
const TRIES = 20;

interface Pattern {
  readonly where: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, '..');

function patterns(): Pattern[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name))
    .filter((name) => name.endsWith('.ts') && !TESTED_APART.test(name));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
    const found: Pattern[] = [];
    const visit = (node: ts.Node): void => {
      const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
      if (ts.isRegularExpressionLiteral(node)) found.push({ where, text: node.getText(source) });
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

const UNITS = [
  ' ',
  '\t',
  '\n',
  'a',
  'A',
  '1',
  '-',
  '.',
  '/',
  ':',
  '=',
  ',',
  '%',
  '*',
  '"',
  "'",
  '\\',
  '[',
  '(',
  '\u00e9',
];
const ENDS = ['', '\0', '\n!'];

/** Repetitions of what patterns have in common, and of what this one names itself, behind its own beginning. */
function hostileTexts({ text }: Pattern): string[] {
  const literal = text.replaceAll(/\\[a-z]|[\\^$*+?()[\]{}|]/gi, '');
  const own = [...new Set([...literal, literal.slice(0, 2), literal.slice(1, 4)])].filter(
    (unit) => unit !== '',
  );
  const units = [...new Set([...UNITS, ...own.slice(0, 12)])];
  const beginnings = ['', literal.slice(0, 3)];
  return beginnings.flatMap((beginning) =>
    units.flatMap((unit) =>
      ENDS.map((end) => beginning + unit.repeat(Math.ceil(LENGTH / unit.length)) + end),
    ),
  );
}

test('every pattern of the source takes long hostile texts in linear time', () => {
  const all = patterns();
  expect(all.length).toBeGreaterThan(50);
  const slow: string[] = [];
  for (const pattern of all) {
    const texts = hostileTexts(pattern);
    if (takes(pattern, texts, ALL_TIMEOUT_MS)) continue;
    const found = texts.find(
      (text) => !Array.from({ length: TRIES }).some(() => takes(pattern, [text], TIMEOUT_MS)),
    );
    if (found !== undefined)
      slow.push(`${pattern.where} ${pattern.text} on ${JSON.stringify(found.slice(0, 20))}…`);
  }
  expect(slow).toEqual([]);
});

const context = vm.createContext({ texts: [] as readonly string[] });

/** Whether the pattern is through with the texts in time. */
function takes({ text }: Pattern, texts: readonly string[], timeout: number): boolean {
  context.texts = texts;
  const code = `{ const pattern = ${text}; for (const text of texts) { pattern.lastIndex = 0; pattern.exec(text); } }`;
  try {
    vm.runInContext(code, context, { timeout });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return false;
  }
}
