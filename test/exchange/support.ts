import type { SourceFile } from '../../src/exchange/format.ts';
import type { ImportedProgram } from '../../src/exchange/program.ts';
import { writePrograms } from '../../src/exchange/write-config.ts';
import { loadText } from '../config/support.ts';

export function file(name: string, text: string): SourceFile {
  return { path: `/srv/app/${name}`, text };
}

/** The keys of the programs by name, as they are imported. */
export function keysOf(programs: readonly ImportedProgram[]): Record<string, Record<string, string>> {
  return Object.fromEntries(programs.map(({ name, keys }) => [name, Object.fromEntries(keys)]));
}

export function notesOf(programs: readonly ImportedProgram[]): string[] {
  return programs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
}

/** The processes of the written file by name, as the daemon reads it. */
export function loaded(programs: readonly ImportedProgram[]) {
  const { groups } = loadText(`[supervisord]\n${writePrograms(programs, 'a test')}`);
  return Object.fromEntries(
    groups.flatMap((group) => group.processes.map((process) => [process.name, process])),
  );
}
