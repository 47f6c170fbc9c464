/**
 * The table of the formats that programs are imported from.
 *
 * @module
 */
import { withoutUnknownDependencies } from './dependencies.ts';
import type { ImportFormat, SourceFile } from './format.ts';
import type { ImportedProgram } from './program.ts';

type ReadOne = (file: SourceFile) => readonly ImportedProgram[] | Promise<readonly ImportedProgram[]>;

/** By name. */
export const IMPORT_FORMATS: readonly ImportFormat[] = [
  {
    name: 'compose',
    about: 'services of a Compose file',
    read: async (files) => each(files, (await import('./compose.ts')).importCompose),
  },
  {
    name: 'pm2',
    about: 'apps of an ecosystem file, JSON, YAML or JavaScript; a JavaScript file is executed',
    read: async (files) => each(files, (await import('./pm2.ts')).importPm2),
  },
  {
    name: 'process-compose',
    about: 'processes of process-compose',
    read: async (files) => each(files, (await import('./process-compose.ts')).importProcessCompose),
  },
  {
    name: 'procfile',
    about: 'lines of a Procfile',
    read: async (files) => each(files, (await import('./procfile.ts')).importProcfile),
  },
  {
    name: 'systemd',
    about: 'service units of systemd',
    read: async (files) => (await import('./systemd.ts')).importUnits(files),
  },
];

async function each(files: readonly SourceFile[], read: ReadOne): Promise<readonly ImportedProgram[]> {
  const programs: ImportedProgram[] = [];
  for (const file of files) {
    programs.push(...(await read(file)));
  }
  return withoutUnknownDependencies(programs);
}
