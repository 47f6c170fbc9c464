/**
 * The answer of `system.methodHelp`: laid out as the docstrings of the reference, which tools parse.
 *
 * @module
 */
import type { MethodDescription } from './method.ts';

const INDENT = ' '.repeat(8);
/** Lines of the description are at most 72 characters with their indentation. */
const WIDTH = 72 - INDENT.length;

/**
 * A description of one paragraph begins in the first line, a longer one in the second. An empty line, the tags and a
 * line of blanks follow.
 */
export function helpText({ help, parameters, returns }: MethodDescription): string {
  const paragraphs = help.split('\n\n').map(wrap);
  const [first = [], ...others] = paragraphs;
  const description =
    others.length === 0
      ? ` ${first.join(`\n${INDENT}`)}`
      : paragraphs.map((lines) => lines.map((line) => `\n${INDENT}${line}`).join('')).join('\n');
  const tags = alignedTags([
    ...parameters.map((parameter) => ({ tag: '@param', ...parameter })),
    { tag: '@return', ...returns },
  ]);
  return `${description}\n\n${tags.map((tag) => `${INDENT}${tag}\n`).join('')}${INDENT}`;
}

function alignedTags(
  tags: readonly {
    readonly tag: string;
    readonly type: string;
    readonly name: string;
    readonly help: string;
  }[],
): string[] {
  const heads = tags.map(({ tag, type, name }) => `${tag} ${type} ${name}`);
  const width = Math.max(...heads.map((head) => head.length));
  return tags.map(({ help }, index) => `${(heads[index] ?? '').padEnd(width)} ${help}`.trimEnd());
}

function wrap(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
