/**
 * Imported programs as a configuration file.
 *
 * @module
 */

import { type WrittenSection, writeDialect } from '../config/dump/write-dialect.ts';
import { EMPTY_EXPANSION } from '../config/dump/written-keys.ts';
import { PROGRAM_OPTIONS } from '../config/tables/program-options.ts';
import { rowOf, rowsOf } from '../config/tables/record.ts';
import { escapeExpansion } from '../config/text/partial-expansion.ts';
import type { ImportedProgram } from './program.ts';

/** Keys in the order of the table, the command first. */
const ORDER = [
  'command',
  ...rowsOf(PROGRAM_OPTIONS)
    .map(({ key }) => key)
    .filter((key) => key !== 'command'),
];

/**
 * The text of a file that `[include] files` can read.
 *
 * @param origin what the programs come from, for the first line
 * @throws Error for a key that a program does not have
 */
export function writePrograms(programs: readonly ImportedProgram[], origin: string): string {
  const notes = programs.flatMap(({ name, notes: some }) => some.map((note) => `; ${name}: ${note}`));
  const head = [
    `; Imported from ${origin}.`,
    ...(notes.length === 0 ? [] : ['; Not carried over:', ...notes]),
  ];
  const text = writeDialect([...programs.map(sectionOf), ...groupsOf(programs)]);
  return `${head.join('\n')}\n\n${text}`;
}

function sectionOf(program: ImportedProgram): WrittenSection {
  const keys = [...program.keys].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return {
    name: `program:${program.name}`,
    keys: keys.map(([key, text]) => {
      const { row } = rowOf(PROGRAM_OPTIONS, key);
      return { key, text: program.expanded.has(key) ? text : escapeExpansion(text, row.expansion.length) };
    }),
    guard: EMPTY_EXPANSION,
  };
}

function groupsOf(programs: readonly ImportedProgram[]): WrittenSection[] {
  const members = new Map<string, string[]>();
  for (const { name, group } of programs) {
    if (group !== null) {
      members.set(group, [...(members.get(group) ?? []), name]);
    }
  }
  return [...members].map(([group, names]) => ({
    name: `group:${group}`,
    keys: [{ key: 'programs', text: names.join(',') }],
    guard: EMPTY_EXPANSION,
  }));
}
