/** The regular expressions that are written in the source, and how long they take for hostile texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { cpuMilliseconds } from './python/cpu-time.ts';

/** Characters of a hostile text: a linear pattern takes 0.1 ms of processor time for them, a quadratic one about 100. */
export const HOSTILE_LENGTH = 10_000;
const MOST_MS = 30;
/** A pause of the garbage collector can take longer, and does not come each time. */
const TRIES = 3;
/** Ends what is worse than quadratic. */
const TIMEOUT_MS = 2000;

export interface Pattern {
  readonly where: string;
  /** As it is written, with its flags. */
  readonly text: string;
}

const ROOT = join(import.meta.dirname, '..');

/** @param paths files, and folders with all that is in them */
export function writtenPatterns(paths: readonly string[]): Pattern[] {
  return paths.flatMap(filesOf).flatMap(patternsOf);
}

function filesOf(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(path, name));
}

function patternsOf(file: string): Pattern[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ where: `${file}:${line + 1}`, text: node.getText(source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A repeated unit, between all beginnings and ends. */
export function hostileTexts(
  beginnings: readonly string[],
  units: readonly string[],
  ends: readonly string[],
): string[] {
  return units.flatMap((unit) => {
    const middle = unit.repeat(Math.ceil(HOSTILE_LENGTH / unit.length));
    return beginnings.flatMap((beginning) => ends.map((end) => beginning + middle + end));
  });
}

/** What is to be read where a pattern does not take all texts in linear time: the pattern, and the text. */
export function complaintsAbout(pattern: Pattern, texts: readonly string[]): string[] {
  if (!isSlow(pattern, texts)) return [];
  const slow = texts.find((text) => Array.from({ length: TRIES }).every(() => isSlow(pattern, [text])));
  return slow === undefined
    ? []
    : [`${pattern.where} ${pattern.text} on ${JSON.stringify(slow.slice(0, 20))}…`];
}

const context = vm.createContext({ texts: [] as readonly string[] });

function isSlow({ text }: Pattern, texts: readonly string[]): boolean {
  context.texts = texts;
  const script = new vm.Script(`{
    const pattern = ${text};
    for (const text of texts) {
      pattern.lastIndex = 0;
      if (pattern.global) text.replace(pattern, '');
      else pattern.exec(text);
    }
  }`);
  let isOver = false;
  const spentMs = cpuMilliseconds(() => {
    try {
      script.runInContext(context, { timeout: TIMEOUT_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      isOver = true;
    }
  });
  return isOver || spentMs > MOST_MS;
}
