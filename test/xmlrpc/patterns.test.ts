/** Every regular expression of the rooms that read a client's bytes, found in their sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOMS = ['src/xmlrpc', 'src/rpc', 'src/python/text.ts'];
const LENGTH = 1 << 18;
/** A linear pattern takes a millisecond for it, a quadratic one more than half a minute: the timeout ends that one. */
const TIMEOUT_MS = 15_000;

interface Pattern {
  readonly where: string;
  readonly text: string;
}

function filesOf(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(path, name));
}

function patternsOf(file: string): Pattern[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${file}:${source.getLineAndCharacterOfPosition(node.pos).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) found.push({ where, text: node.getText(source) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const PATTERNS = ROOMS.flatMap(filesOf).flatMap(patternsOf);

const HEADS = [
  '',
  '1',
  '-',
  '1e',
  '<methodCall>',
  '<methodCall><methodName>',
  '<params>',
  '<param><value><string>',
];
const UNITS = [
  '1',
  ' ',
  '\n',
  'a',
  'a.',
  '1_',
  '11.',
  '<',
  '>',
  '&',
  '=',
  '"',
  "'",
  '-',
  '+',
  '%',
  '/',
  '\u0000',
  'é',
  '\ud800',
];
const TAILS = ['', '\u0000'];

const HOSTILE = HEADS.flatMap((head) =>
  UNITS.flatMap((unit) => TAILS.map((tail) => head + unit.repeat(LENGTH / unit.length) + tail)),
);

describe('a pattern that reads what a client sends', () => {
  test('is found in the sources', () => {
    expect(PATTERNS.length).toBeGreaterThan(8);
  });

  test.each(PATTERNS)('is linear: $where $text', { timeout: 600_000 }, ({ text }) => {
    const script = new vm.Script('pattern.lastIndex = 0; pattern.exec(text)');
    const globals = { pattern: /a/, text: '' };
    const context = vm.createContext(globals);
    globals.pattern = vm.runInContext(`(${text})`, context);
    for (const hostile of HOSTILE) {
      globals.text = hostile;
      script.runInContext(context, { timeout: TIMEOUT_MS });
    }
  });
});
