/**
 * `visord take-over`: puts visord in the place of a supervisord of Python, without a restart of its programs.
 *
 * @module
 */
import { dirname, join } from 'node:path';
import type { VisordCall, VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const NOT_TAKEN = 1;
const USAGE = 2;

const DEFAULT_SECONDS = 30;

export const takeOverCommand: VisordCommand = {
  name: 'take-over',
  arguments: [
    {
      usage: '[command...]',
      help: 'Command that starts visord, after --; by default supervisord of this package with the same configuration.',
    },
  ],
  options: [
    {
      usage: '-c, --configuration <file>',
      help: 'The configuration of the daemon that runs; if not given, it is searched for where supervisord does.',
      since: '0.2.0',
    },
    {
      usage: '--timeout <seconds>',
      help: `Seconds to wait until visord has adopted the programs, ${DEFAULT_SECONDS} if not given.`,
      since: '0.2.0',
    },
  ],
  summary: 'Replaces a running supervisord of Python with visord, without restarting its programs.',
  details: [
    'Holds the output pipes of the programs open, kills the daemon with SIGKILL, and starts visord, which adopts the programs that run as configured. Those that are not adopted are listed. Event listeners are restarted. The stdin of programs is closed.',
    'A daemon that is a service of systemd is started by systemd: visord take-over -- systemctl start supervisor.',
  ],
  exits: {
    [NOT_TAKEN]:
      'No supervisord of Python runs with this configuration, the command failed, or programs are not adopted.',
  },
  since: '0.2.0',
  run: async (call) => {
    const seconds = Number(call.options.timeout ?? DEFAULT_SECONDS);
    if (!(seconds > 0)) {
      printError('--timeout is a number of seconds');
      return USAGE;
    }
    const { ConfigError } = await import('../../config/config-error.ts');
    const { TakeOverError } = await import('../../service/take-over.ts');
    try {
      return await run(call, seconds * 1000);
    } catch (error) {
      if (!(error instanceof TakeOverError || error instanceof ConfigError)) throw error;
      printError(error.message);
      return NOT_TAKEN;
    }
  },
};

async function run({ words, options }: VisordCall, limitMs: number): Promise<number> {
  const { reasonNotToTakeOver, TakeOverError, takeOver, unitOf } = await import('../../service/take-over.ts');
  const file = typeof options.configuration === 'string' ? options.configuration : await findFile();
  const { openConfig, readConfig } = await import('../../config/load.ts');
  const { inheritedEnvironment } = await import('../../io/inherited.ts');
  const { pidIn } = await import('../../supervisor/pidfile.ts');
  const { pidfile, nodaemon } = readConfig(openConfig({ file, environment: inheritedEnvironment() })).daemon;
  const pid = pidIn(pidfile);
  const reason = pid === null ? `no pid is in ${pidfile}` : reasonNotToTakeOver(pid);
  if (pid === null || reason !== null) throw new TakeOverError(String(reason));
  const unit = unitOf(pid);
  if (words.length === 0 && (unit !== null || nodaemon)) {
    throw new TakeOverError(
      unit === null
        ? 'the configuration has nodaemon=true: name the command that starts visord, after --'
        : `the daemon runs as ${unit}: name what starts visord in its place, as -- systemctl start ${unit}`,
    );
  }
  const command = words.length === 0 ? [ownDaemon(), '-c', file] : words;
  const { adopted, left, failure } = await takeOver({ pid, command, limitMs });
  printText(
    `supervisord (pid ${pid}) was killed; adopted: ${adopted.length === 0 ? '-' : adopted.join(', ')}\n`,
  );
  if (left.length > 0) {
    printError(
      `not adopted, their next write fails: ${left.join(', ')}; the log of the daemon has the reason`,
    );
  }
  if (failure !== null) printError(failure);
  return left.length > 0 || failure !== null ? NOT_TAKEN : 0;
}

/** Beside the script of this command. */
function ownDaemon(): string {
  return join(dirname(process.argv[1] ?? ''), 'supervisord');
}

/** @throws ConfigError */
async function findFile(): Promise<string> {
  const { defaultConfigFile } = await import('../flags.ts');
  const { calledAs } = await import('../../io/inherited.ts');
  const { ConfigError } = await import('../../config/config-error.ts');
  const { file, error } = defaultConfigFile(calledAs(), { isRoot: false });
  if (file === null) throw new ConfigError(String(error));
  return file;
}
