/**
 * `visord export`: the programs of a configuration for other supervisors.
 *
 * @module
 */
import type { ExportedFile } from '../../exchange/export/format.ts';
import type { VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const NO_EXPORT = 1;
const USAGE = 2;

export const exportCommand: VisordCommand = {
  name: 'export',
  arguments: [
    { usage: '<format>', help: 'compose, kubernetes or systemd' },
    { usage: '<file>', help: 'the configuration' },
  ],
  options: [
    {
      usage: '--output <folder>',
      help: 'Write the files into this folder instead of printing them.',
      since: '0.2.0',
    },
    { usage: '--force', help: 'Replace existing files with different contents.', since: '0.2.0' },
    { usage: '--image <image>', help: 'The image with the programs; kubernetes needs it.', since: '0.2.0' },
  ],
  summary: 'Prints the programs of a configuration as units, or as containers.',
  details: [
    'Comments at the beginning of a file list what has no counterpart or behaves otherwise. Nothing is started.',
    'Expansions, as %(ENV_HOME)s, are replaced by their values on this machine.',
  ],
  exits: { [NO_EXPORT]: 'The configuration cannot be read, or a file cannot be written.' },
  since: '0.2.0',
  run: async ({ words: [name = '', file = ''], options }) => {
    const { EXPORT_FORMATS } = await import('../../exchange/export/formats.ts');
    const format = EXPORT_FORMATS.find((one) => one.name === name);
    if (format === undefined) {
      printError(`unknown format ${name}: use ${EXPORT_FORMATS.map((one) => one.name).join(', ')}`);
      return USAGE;
    }
    const image = typeof options.image === 'string' ? options.image : null;
    if (format.needsImage && image === null) {
      printError(`${name} needs --image`);
      return USAGE;
    }
    const { loadConfig } = await import('../../config/load.ts');
    const { ConfigError } = await import('../../config/config-error.ts');
    const { systemUsers } = await import('../../config/tables/users.ts');
    const { inheritedEnvironment } = await import('../../io/inherited.ts');
    const { FileInPlaceError } = await import('../../service/install.ts');
    try {
      const config = loadConfig({ file, environment: inheritedEnvironment() });
      const files = await format.write(config, { users: systemUsers, image, origin: file });
      await (typeof options.output === 'string'
        ? writeFiles(files, options.output, options.force === true)
        : printFiles(files));
      return 0;
    } catch (error) {
      const isExpected = error instanceof ConfigError || error instanceof FileInPlaceError;
      if (!isExpected && (error as NodeJS.ErrnoException).code === undefined) {
        throw error;
      }
      printError((error as Error).message);
      return NO_EXPORT;
    }
  },
};

function printFiles(files: readonly ExportedFile[]): void {
  const [only, second] = files;
  const text =
    only !== undefined && second === undefined
      ? only.text
      : files.map(({ name, text: one }) => `# ${name}\n${one}`).join('\n');
  printText(text);
}

async function writeFiles(files: readonly ExportedFile[], folder: string, isForced: boolean): Promise<void> {
  const { absolutePath } = await import('../../config/text/paths.ts');
  const { installFiles } = await import('../../service/install.ts');
  const written = files.map(({ name, text }) => ({ path: `/${name}`, text, mode: 0o644 }));
  for (const { path, isChanged } of installFiles(written, absolutePath(folder), isForced)) {
    printText(`${isChanged ? 'written' : 'unchanged'}: ${path}\n`);
  }
}
