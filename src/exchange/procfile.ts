/**
 * Imports a Procfile: one line `NAME: COMMAND` for each program, which a shell runs.
 *
 * @module
 */
import { dirname } from 'node:path';
import { ImportError, type SourceFile } from './format.ts';
import { type ImportedProgram, ProgramDraft, shellCommand } from './program.ts';

const LINE = /^([A-Za-z0-9_-]+):\s*(.+)$/;

/** @throws ImportError for a line that a Procfile cannot have */
export function importProcfile({ path, text }: SourceFile): readonly ImportedProgram[] {
  const programs: ImportedProgram[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) {
      continue;
    }
    const [, name, command] = LINE.exec(line.trim()) ?? [];
    if (name === undefined || command === undefined) {
      throw new ImportError(path, `line ${index + 1} is not NAME: COMMAND`);
    }
    programs.push(programOf(name, command, dirname(path)));
  }
  return programs;
}

function programOf(name: string, command: string, folder: string): ImportedProgram {
  const draft = new ProgramDraft(name);
  draft.set('command', shellCommand(command));
  draft.set('directory', folder);
  draft.set('env_files', `-${folder}/.env`);
  draft.set('stopasgroup', true);
  draft.set('killasgroup', true);
  if (name === 'release') {
    draft.set('type', 'oneshot');
    draft.set('autorestart', false);
  } else {
    draft.set('autorestart', true);
  }
  if (/\$\{?PORT\b/.test(command)) {
    draft.note('PORT is not set for it; add it to environment= or to the .env file');
  }
  return draft.finish();
}
