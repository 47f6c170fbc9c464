/**
 * `visord import`: programs of other supervisors as sections of a configuration file.
 *
 * @module
 */
import { resolve } from 'node:path';
import { readFileSync } from '../../io/files.ts';
import type { VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const NO_IMPORT = 1;

export const importCommand: VisordCommand = {
  name: 'import',
  arguments: [
    { usage: '<format>', help: 'compose, pm2, process-compose, procfile or systemd' },
    { usage: '<file...>', help: 'the files to read; units of systemd may depend on each other' },
  ],
  options: [],
  summary: 'Prints the programs of other supervisors as sections of a configuration file.',
  details: [
    'Comments at the beginning list what has no counterpart or behaves otherwise. Nothing is written and nothing is started: redirect the output into a file that [include] names.',
    'An ecosystem file of pm2 that is JavaScript is executed.',
  ],
  exits: { [NO_IMPORT]: 'A file cannot be read as this format.' },
  since: '0.2.0',
  run: async ({ words: [name = '', ...paths] }) => {
    const { IMPORT_FORMATS } = await import('../../exchange/formats.ts');
    const format = IMPORT_FORMATS.find((one) => one.name === name);
    if (format === undefined) {
      printError(`unknown format ${name}: use ${IMPORT_FORMATS.map((one) => one.name).join(', ')}`);
      return 2;
    }
    const { ImportError } = await import('../../exchange/format.ts');
    const { writePrograms } = await import('../../exchange/write-config.ts');
    try {
      const files = paths.map((path) => ({
        path: resolve(path),
        text: readFileSync(resolve(path)).toString(),
      }));
      printText(writePrograms(await format.read(files), paths.join(', ')));
      return 0;
    } catch (error) {
      if (!(error instanceof ImportError) && (error as NodeJS.ErrnoException).code === undefined) {
        throw error;
      }
      printError((error as Error).message);
      return NO_IMPORT;
    }
  },
};
