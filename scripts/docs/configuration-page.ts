/**
 * docs/reference/configuration.md: every key of a configuration file.
 *
 * @module
 */
import type { Change, Option, ValueType } from '../../src/config/tables/option.ts';
import { rowsOf, type WalkedRow } from '../../src/config/tables/record.ts';
import { SECTION_KINDS, type SectionKind } from '../../src/config/tables/sections.ts';
import { code, GENERATED, markdownTable, paragraphs } from './markdown.ts';

/** How a file is written, in Markdown. */
export const SYNTAX: readonly string[] = [
  'A configuration file has sections with keys: `key=value` or `key: value`. Keys may be written in capitals or small ' +
    'letters. A line that begins with `;` or `#` is a comment. The rest of a line after a blank and `;` or `#` is a ' +
    'comment too. An indented line continues the value of the line before it. `[DEFAULT]` holds keys for all sections. ' +
    '`supervisord --dump-config` prints a configuration as it is read, with every default.',
  'Values are expanded: `%(here)s` is the folder of the file, `%(ENV_NAME)s` a variable of the environment, ' +
    '`%(host_node_name)s` the name of the host, `%%` a percent sign; in the section of a program also ' +
    '`%(program_name)s`, `%(group_name)s`, `%(process_num)d` and `%(numprocs)d`.',
];

/** @param kinds the sections, each with its table */
export function configurationPage(kinds: readonly SectionKind[] = SECTION_KINDS): string {
  return paragraphs(
    '# Configuration',
    GENERATED,
    ...SYNTAX,
    'A key that stock supervisord ignores is marked with the version of visord that brought it; `extensions=off` in ' +
      '`[supervisord]` makes the daemon ignore these keys too. The column "applied" shows how a changed value ' +
      'takes effect:',
    markdownTable(
      ['applied', ''],
      Object.entries(APPLIED).map(([change, meaning]) => [change, meaning]),
    ),
    ...kinds.flatMap((kind) => section(kind, kinds)),
    '## Values',
    markdownTable(['value', ''], describedTypes(kinds)),
  );
}

/** What makes a changed value take effect, in Markdown. */
export const APPLIED: Readonly<Record<Change, string>> = {
  live: 'when the file is read again (`supervisorctl update`); nothing is restarted',
  restart: '`supervisorctl update`, which restarts the programs that it changes',
  'next start': '`supervisorctl reload`, or the next start of the daemon',
};

/** The keys of a section without those that the section which it extends has, too. */
export function ownRows(kind: SectionKind, kinds: readonly SectionKind[]): readonly WalkedRow[] {
  const base = kinds.find(({ name }) => name === kind.extends)?.table;
  return rowsOf(kind.table).filter(({ key, row }) => base?.[key] !== row);
}

function section(kind: SectionKind, kinds: readonly SectionKind[]): string[] {
  const rows = ownRows(kind, kinds).map(keyCells);
  const table = rows.length === 0 ? [] : [markdownTable(['key', 'value', 'default', 'applied', ''], rows)];
  return [`## ${heading(kind)}`, kind.about, ...table];
}

export function heading({ name, label }: SectionKind): string {
  switch (label) {
    case 'none':
      return `[${name}]`;
    case 'required':
      return `[${name}:NAME]`;
    case 'optional':
      return `[${name}], [${name}:NAME]`;
  }
}

function keyCells({ key, row }: WalkedRow): string[] {
  const name = row.isExtension ? `${code(key)} (visord ${row.since})` : code(key);
  return [name, row.type.name, defaultCell(row), row.change, row.help];
}

/** The default of a key, in Markdown; empty where a missing key has no value. */
export function defaultCell({ default: byDefault, defaultFrom, missing }: Option): string {
  if (missing !== null) {
    return 'required';
  }
  if (defaultFrom !== null) {
    return defaultFrom.startsWith('supervisord.')
      ? `that of ${code(`[supervisord] ${defaultFrom.slice('supervisord.'.length)}`)}`
      : `that of ${code(defaultFrom)}`;
  }
  return byDefault === null || byDefault === '' ? '' : code(byDefault);
}

/** The types of values that need a word, by name. */
export function describedTypes(kinds: readonly SectionKind[]): string[][] {
  const types = new Map<string, ValueType<unknown>>();
  for (const { row } of kinds.flatMap(({ table }) => rowsOf(table))) {
    types.set(row.type.name, types.get(row.type.name) ?? row.type);
  }
  return [...types.values()]
    .flatMap(({ name, about }) => (about === undefined ? [] : [[name, about]]))
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}
