/**
 * `visord install-service`: makes the daemon a service of this machine.
 *
 * @module
 */
import type { ManagerRow } from '../../service/managers.ts';
import type { ServiceFile } from '../../service/settings.ts';
import type { VisordCall, VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const NOT_INSTALLED = 1;
const USAGE = 2;

export const installService: VisordCommand = {
  name: 'install-service',
  arguments: [],
  options: [
    { usage: '--systemd', help: 'A unit for systemd.', since: '0.2.0' },
    { usage: '--sysv', help: 'A script for System V init.', since: '0.2.0' },
    { usage: '--openrc', help: 'A script for OpenRC.', since: '0.2.0' },
    {
      usage: '--logrotate',
      help: 'Also a file for logrotate, with the logs that the daemon does not rotate (logfile_maxbytes = 0).',
      since: '0.2.0',
    },
    {
      usage: '--config <file>',
      help: 'The configuration of the service; if not given, it is searched for where supervisord does.',
      since: '0.2.0',
    },
    {
      usage: '--commands <folder>',
      help: 'Where supervisord and supervisorctl are; the folder of this command if not given.',
      since: '0.2.0',
    },
    {
      usage: '--name <name>',
      help: 'Name of the service, visord if not given. The name supervisor replaces the unit of the package of that name.',
      since: '0.2.0',
    },
    {
      usage: '--root <folder>',
      help: 'Write below this folder, which is the root of another system.',
      since: '0.2.0',
    },
    { usage: '--dry-run', help: 'Print the files instead of writing them.', since: '0.2.0' },
    { usage: '--force', help: 'Replace existing files with different contents.', since: '0.2.0' },
  ],
  summary: 'Writes a unit or an init script, so that the daemon starts with the machine.',
  details: [
    'Without --systemd, --sysv or --openrc the service manager of the machine is found. Nothing is enabled or started: the commands for that are printed.',
  ],
  exits: { [NOT_INSTALLED]: 'A file cannot be written, or exists with different contents.' },
  since: '0.2.0',
  run: async (call) => {
    try {
      return await install(call);
    } catch (error) {
      const { FileInPlaceError } = await import('../../service/install.ts');
      if (!(error instanceof FileInPlaceError) && (error as NodeJS.ErrnoException).code === undefined) {
        throw error;
      }
      printError((error as Error).message);
      return NOT_INSTALLED;
    }
  },
};

async function install({ options }: VisordCall): Promise<number> {
  const { absolutePath } = await import('../../config/text/paths.ts');
  const { isServiceName } = await import('../../service/settings.ts');
  const name = textOf(options.name) ?? 'visord';
  const root = absolutePath(textOf(options.root) ?? '/');
  const manager = await managerFor(options, root);
  const config = await configFor(textOf(options.config), root);
  const commands = await folderOfCommands(textOf(options.commands), root);
  if (!isServiceName(name)) {
    printError(`not a name for a service: ${name}`);
    return USAGE;
  }
  if (typeof manager === 'string' || config === null || commands === null) {
    if (typeof manager === 'string') printError(manager);
    return USAGE;
  }
  const { readSettings } = await import('../../service/read-settings.ts');
  const { inheritedEnvironment } = await import('../../io/inherited.ts');
  const read = readSettings({ name, config, root, environment: inheritedEnvironment() });
  const notes = read.problem === null ? [] : [`the configuration cannot be read yet: ${read.problem}`];
  if (read.isInForeground && manager.isInBackground) {
    notes.push(`${config} has nodaemon=true: remove it, a script of ${manager.title} would not return`);
  }
  const settings = { name, commands, config, pidfile: read.pidfile, unrotatedLogs: read.unrotatedLogs };
  const files = [manager.file(settings)];
  if (options.logrotate === true) {
    const { logrotateFile } = await import('../../service/logrotate.ts');
    const file = logrotateFile(settings);
    if (file === null) notes.push('no file for logrotate: the daemon rotates all logs of the configuration');
    else files.push(file);
  }
  for (const note of notes) printError(note, 'Note');
  if (options.dryRun === true) {
    printText(files.map(described).join('\n'));
    return 0;
  }
  const { installFiles } = await import('../../service/install.ts');
  for (const { path, isChanged } of installFiles(files, root, options.force === true)) {
    printText(`${isChanged ? 'written' : 'unchanged'}: ${path}\n`);
  }
  printText(
    `To start it:\n${manager
      .next(name)
      .map((line) => `  ${line}\n`)
      .join('')}`,
  );
  return 0;
}

function described({ path, mode, text }: ServiceFile): string {
  return `# ${path} (mode ${mode.toString(8).padStart(4, '0')})\n${text}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The service manager; an error text if two are chosen, or none is found. */
async function managerFor(options: VisordCall['options'], root: string): Promise<ManagerRow | string> {
  const { managerOf, SERVICE_MANAGERS } = await import('../../service/managers.ts');
  const [first, second] = SERVICE_MANAGERS.filter(({ name }) => options[name] === true);
  if (second !== undefined) {
    return `--${first?.name} and --${second.name} exclude each other`;
  }
  return first ?? managerOf(root) ?? 'no service manager was found; use --systemd, --sysv or --openrc';
}

/** The path below the root; null where none is found, which is printed. */
async function configFor(given: string | null, root: string): Promise<string | null> {
  const { absolutePath } = await import('../../config/text/paths.ts');
  if (given !== null) {
    return absolutePath(given);
  }
  const { defaultConfigFile } = await import('../flags.ts');
  const { calledAs } = await import('../../io/inherited.ts');
  const { existsSync } = await import('../../io/files.ts');
  // Of another system only /etc is looked at.
  const exists = (path: string): boolean =>
    root === '/' ? existsSync(path) : path.startsWith('/etc/') && existsSync(`${root}${path}`);
  const { file } = defaultConfigFile(calledAs(), { isRoot: false, exists });
  if (file === null) {
    printError('no configuration was found; name one with --config, or write one with visord init');
    return null;
  }
  return absolutePath(file);
}

/**
 * Of the commands that the service runs, by a path that stays the same in an update; null where they are not there, which is
 * printed.
 */
async function folderOfCommands(given: string | null, root: string): Promise<string | null> {
  const { absolutePath, folderOf } = await import('../../config/text/paths.ts');
  const { calledAs } = await import('../../io/inherited.ts');
  const { existsSync } = await import('../../io/files.ts');
  const { below } = await import('../../service/settings.ts');
  const folder = absolutePath(given ?? folderOf(absolutePath(calledAs())));
  if (['supervisord', 'supervisorctl'].every((name) => existsSync(`${folder}/${name}`))) {
    return below(root, folder);
  }
  printError(`supervisord and supervisorctl are not in ${folder}`);
  return null;
}
