import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { parseHead } from '../../src/http/messages/request-head.ts';
import { cpuMilliseconds } from '../python/cpu-time.ts';

const ROOT = fileURLToPath(new URL('../../src/http/', import.meta.url));

interface Pattern {
  readonly file: string;
  readonly pattern: RegExp;
}

/** Every regular expression that is written in the source. */
function patterns(): Pattern[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const found: Pattern[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const [, source = '', flags] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
        found.push({ file, pattern: new RegExp(source, flags) });
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(ROOT + file, 'utf8'), ts.ScriptTarget.Latest, true));
    return found;
  });
}

/** A linear pattern takes well under a millisecond for this number of characters, a quadratic one many seconds. */
const LENGTH = 100_000;
const MOST_MS = 4000;

const BEGINNINGS = ['', 'GET /', 'a: ', '1;', 'Basic ', 'http://'];
const FILLINGS = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '/',
  ':',
  ':1',
  '%',
  '%41',
  'a',
  'A',
  '1',
  ',',
  '.',
  '-',
  '=',
  '<',
  '&',
  '\u00e9',
  '\ud83d\ude00',
];
const ENDS = ['', '\u0000', 'x\n'];

function* hostileTexts(): Generator<string> {
  for (const filling of FILLINGS) {
    const middle = filling.repeat(LENGTH / filling.length);
    for (const beginning of BEGINNINGS) {
      for (const end of ENDS) yield beginning + middle + end;
    }
  }
}

test('every pattern of the HTTP server takes long hostile input in linear time', () => {
  const all = patterns();
  expect(all.length).toBeGreaterThan(10);
  const texts = [...hostileTexts()];
  for (const { file, pattern } of all) {
    for (const text of texts) {
      const spent = cpuMilliseconds(() => apply(pattern, text));
      if (spent > MOST_MS) expect.fail(`${file}: ${pattern} on ${JSON.stringify(text.slice(0, 20))}…`);
    }
  }
});

function apply(pattern: RegExp, text: string): void {
  if (pattern.global) text.replace(pattern, '');
  else pattern.exec(text);
}

test('a head of blanks and a NUL is refused in linear time', () => {
  const spent = cpuMilliseconds(() => {
    for (const blanks of [' '.repeat(LENGTH), '\t'.repeat(LENGTH), 'a: \r\n '.repeat(LENGTH / 6)]) {
      expect(parseHead(`GET / HTTP/1.1\r\nX: ${blanks}\u0000`)).toBeNull();
    }
  });
  expect(spent).toBeLessThan(MOST_MS);
});
