/** Reads the pages of the documentation: their code, their headings and their links. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Page {
  /** Path from the root of the project. */
  readonly file: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly line: number;
  /** The first word behind the fence; empty for an indented block. */
  readonly language: string;
  /** What follows the language: a file name, or `run`. */
  readonly label: string;
  readonly text: string;
}

/** Every page in the root, in docs/ and in .github/. */
export function allPages(): Page[] {
  const nested = ['docs', '.github'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...readdirSync(ROOT), ...nested]
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

/** The pages that people write; the others are made from tables, and have tests of their own. */
export function writtenPages(): Page[] {
  return allPages().filter(
    ({ file, text }) => !text.includes('<!-- Made from the tables') && file !== 'docs/compatibility.md',
  );
}

/** The fenced blocks of a page, and the indented ones. */
export function codeBlocks({ text }: Page): CodeBlock[] {
  const lines = text.split('\n');
  const blocks: CodeBlock[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    const [, margin = '', language = '', label = ''] =
      /^( *)```(\S*)(?: (.*))?$/.exec(lines[index] ?? '') ?? [];
    const isFence = /^ *```/.test(lines[index] ?? '');
    const isIndented = /^ {4}\S/.test(lines[index] ?? '') && (lines[index - 1] ?? '').trim() === '';
    if (!isFence && !isIndented) continue;
    const body: string[] = [];
    if (isIndented) index -= 1;
    for (index += 1; index < lines.length; index += 1) {
      const next = lines[index] ?? '';
      if (isFence ? next === `${margin}\`\`\`` : !/^ {4}|^$/.test(next)) break;
      body.push(next.slice(isFence ? margin.length : 4));
    }
    blocks.push({ line, language, label, text: `${body.join('\n')}\n` });
  }
  return blocks;
}

/** The page without its code. */
export function proseOf({ text }: Page): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The anchors of a page, as GitHub makes them from headings. */
export function anchorsOf({ text }: Page): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#{1,6} +(.*)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  for (const [, id = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}
