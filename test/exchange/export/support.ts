import { join } from 'node:path';
import type { Config } from '../../../src/config/types.ts';
import type { ExportedFile, ExportSettings } from '../../../src/exchange/export/format.ts';
import type { SourceFile } from '../../../src/exchange/format.ts';
import type { ImportedProgram } from '../../../src/exchange/program.ts';
import { fakeUsers, loadText } from '../../config/support.ts';
import { loaded } from '../support.ts';

export const SETTINGS: ExportSettings = { users: fakeUsers, image: null, origin: 'test.conf' };

/** A configuration of these sections. */
export function config(sections: string): Config {
  return loadText(sections.includes('[supervisord]') ? sections : `[supervisord]\n${sections}`);
}

/** One program with these lines; its command is /bin/web if they name none. */
export function program(lines: string): Config {
  return config(`[program:web]\n${lines.startsWith('command=') ? '' : 'command=/bin/web\n'}${lines}\n`);
}

/** The texts of the files by name. */
export function texts(files: readonly ExportedFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ name, text }) => [name, text]));
}

/** The notes at the beginning of a file. */
export function notesIn(text: string): string[] {
  const [, notes = ''] = /^# Not carried over:\n((?:# .*\n)*)/m.exec(text) ?? [];
  return notes.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(2)]));
}

export function sources(files: readonly ExportedFile[], ending: string): SourceFile[] {
  return files
    .filter(({ name }) => name.endsWith(ending))
    .map(({ name, text }) => ({ path: join('/srv/app', name), text }));
}

/** The processes of an import, as the daemon reads them. */
export const reread = (programs: readonly ImportedProgram[]) => loaded(programs);
