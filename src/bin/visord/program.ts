/**
 * The command line of `visord`, made from the table of its commands.
 *
 * @module
 */
import { Command, CommanderError } from 'commander';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import type { VisordCommand } from './command.ts';

export const VISORD_SUMMARY = 'commands around visord, the drop-in replacement for supervisord';

const USAGE_ERROR = 2;

export interface Streams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Runs a command line; the result is the exit code: 2 where the command line is wrong. */
export async function runVisord(
  args: readonly string[],
  table: readonly VisordCommand[],
  { out, error }: Streams,
): Promise<number> {
  let exitCode = 0;
  const program = new Command('visord')
    .description(VISORD_SUMMARY)
    .version(VISORD_VERSION, '-v, --version', 'print the version of visord and exit')
    .helpOption('-h, --help', 'print the usage and exit')
    .helpCommand('help [command]', 'print the usage of a command')
    .showHelpAfterError('For help, use visord --help')
    .configureOutput({ writeOut: out, writeErr: error, outputError: (text, write) => write(capital(text)) })
    .exitOverride();
  for (const row of table) {
    addCommand(program, row, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (reason) {
    if (!(reason instanceof CommanderError)) {
      throw reason;
    }
    return reason.exitCode === 0 ? 0 : USAGE_ERROR;
  }
}

function addCommand(program: Command, row: VisordCommand, ended: (exitCode: number) => void): void {
  const command = program
    .command(row.name)
    .description([row.summary, ...row.details].join('\n\n'))
    .summary(row.summary)
    .allowExcessArguments(false);
  for (const { usage, help } of row.arguments) {
    command.argument(usage, help);
  }
  for (const { usage, help } of row.options) {
    command.option(usage, help);
  }
  command.action(async () => {
    ended(await row.run({ words: command.args, options: command.opts() }));
  });
}

/** Errors begin with `Error: `, as in the other commands. */
function capital(text: string): string {
  return text.replace(/^error: /, 'Error: ');
}
