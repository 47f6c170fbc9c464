/**
 * Manual pages in man(7), from data.
 *
 * @module
 */

export interface Entry {
  /** In bold, as it is typed. */
  readonly term: string;
  readonly paragraphs: readonly string[];
}

/** A part of a manual page: text, entries, or both. */
export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly entries?: readonly Entry[];
  readonly subsections?: readonly Section[];
}

export interface Manual {
  readonly name: string;
  /** 1 for commands, 5 for files, 8 for daemons. */
  readonly section: 1 | 5 | 8;
  /** The rest of the sentence that begins with the name. */
  readonly summary: string;
  /** One line for each way to call the command. */
  readonly synopsis: readonly string[];
  readonly sections: readonly Section[];
  readonly seeAlso: readonly string[];
}

/** The source of a manual page. */
export function renderManual({ name, section, summary, synopsis, sections, seeAlso }: Manual): string {
  const lines = [
    '.\\" Made from the tables of the program by "npm run docs".',
    `.TH ${quote(name.toUpperCase())} ${section} "" "visord" "visord manual"`,
    '.SH NAME',
    `${text(name)} \\- ${text(summary)}`,
    ...(synopsis.length === 0 ? [] : ['.SH SYNOPSIS', ...synopsis.flatMap(synopsisLines)]),
    ...sections.flatMap((each) => sectionLines(each, '.SH')),
    '.SH SEE ALSO',
    text(seeAlso.join(', ')),
  ];
  return `${lines.join('\n')}\n`;
}

function synopsisLines(line: string, index: number): string[] {
  const [name = '', ...rest] = line.split(' ');
  return [
    ...(index === 0 ? [] : ['.br']),
    `.B ${text(name)}`,
    ...(rest.length === 0 ? [] : [text(rest.join(' '))]),
  ];
}

function sectionLines(
  { title, paragraphs = [], entries = [], subsections = [] }: Section,
  macro: '.SH' | '.SS',
): string[] {
  return [
    `${macro} ${macro === '.SH' ? quote(title) : quote(title)}`,
    ...paragraphs.flatMap((paragraph, index) => [...(index === 0 ? [] : ['.PP']), text(paragraph)]),
    ...entries.flatMap(entryLines),
    ...subsections.flatMap((each) => sectionLines(each, '.SS')),
  ];
}

function entryLines({ term, paragraphs }: Entry): string[] {
  const [first = '', ...others] = paragraphs;
  return ['.TP', `.B ${text(term)}`, text(first), ...others.flatMap((paragraph) => ['.IP', text(paragraph)])];
}

/** Text in which nothing is an instruction to the formatter; a hyphen is the one that can be copied and typed. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}

function quote(plain: string): string {
  return `"${text(plain).replaceAll('"', '\\(dq')}"`;
}
