/**
 * Carries the keys of a program over: each format has a table of keys, and what is not in it is noted.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { isEqual } from '../../config/tables/equality.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowsOf } from '../../config/tables/record.ts';
import type { ProcessConfig } from '../../config/types.ts';
import { splitCommand } from '../../python/shlex.ts';
import type { ExportedProcess } from './subject.ts';

/** What a process is written to. */
export interface ExportDraft {
  /** One sentence on what has no counterpart, or behaves otherwise. */
  note(text: string): void;
}

/** Keys by name; a key of a program that is not in the table is noted where it is not the default. */
export type CarriedKeys<D extends ExportDraft> = Readonly<
  Record<string, (draft: D, process: ProcessConfig, from: ExportedProcess) => void>
>;

export function carryKeys<D extends ExportDraft>(
  from: ExportedProcess,
  table: CarriedKeys<D>,
  draft: D,
): void {
  const { process, program } = from;
  const defaults = defaultConfig(PROGRAM_OPTIONS);
  for (const walked of rowsOf(PROGRAM_OPTIONS)) {
    const { key, row } = walked;
    const value = fieldValue(process, walked);
    const carry = table[key];
    if (carry !== undefined) {
      carry(draft, process, from);
    } else if (value !== null && value !== undefined && !isEqual(value, fieldValue(defaults, walked))) {
      draft.note(`${key}=${oneLine(row.type.format(value))} has no counterpart`);
    }
  }
  const { least, most } = program.limits;
  if (least > 0) draft.note(`numprocs_min=${least} has no counterpart`);
  if (most !== null) draft.note(`numprocs_max=${most} has no counterpart`);
  if (program.socket !== undefined) {
    draft.note(`[${program.section}]: no socket is opened for descriptor 0`);
  }
}

/** The words of a command; a text that is not one in a shell's syntax is one word. */
export function commandWords(draft: ExportDraft, key: string, command: string): readonly string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    draft.note(`${key}: ${(error as Error).message}`);
    return [command];
  }
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Comments with the notes; a note that several have is one line. */
export function noteLines(
  daemon: readonly string[],
  drafts: readonly { readonly name: string; readonly notes: readonly string[] }[],
): string[] {
  const names = new Map<string, string[]>();
  for (const { name, notes } of drafts) {
    for (const note of notes) {
      names.set(note, [...(names.get(note) ?? []), name]);
    }
  }
  const lines = [...daemon, ...[...names].map(([note, owners]) => `${owners.join(', ')}: ${note}`)];
  return lines.length === 0 ? [] : ['# Not carried over:', ...lines.map((line) => `# ${oneLine(line)}`)];
}
