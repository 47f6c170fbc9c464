/**
 * The command `supervisorctl`.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { ConfigError } from '../config/types.ts';
import { runClient } from '../ctl/client.ts';
import {
  type ClientSettings,
  DEFAULT_SETTINGS,
  findConfigFile,
  readClientSettings,
  UnreadableConfigError,
} from '../ctl/settings.ts';
import { isUrl } from '../ctl/wire/server-url.ts';
import { inheritedArguments, inheritedEnvironment } from '../io/inherited.ts';
import { showEscapes } from '../python/fs-encoding.ts';
import { GetoptError, type GivenOption, getopt, type OptionSpec } from '../python/getopt.ts';
import { pythonRepr } from '../python/repr.ts';

const STDOUT = 1;
const STDERR = 2;
const USAGE_ERROR = 2;
const UNREADABLE = 1;

interface Flag extends OptionSpec {
  readonly sets:
    | 'patterns'
    | 'configuration'
    | 'interactive'
    | 'serverUrl'
    | 'username'
    | 'password'
    | 'historyFile'
    | null;
}

/** The flags of the reference; one that sets nothing prints the help. */
const FLAGS: readonly Flag[] = [
  { short: 'h', long: 'help', takesValue: false, sets: null },
  { short: '?', long: null, takesValue: false, sets: null },
  { short: 'c', long: 'configuration', takesValue: true, sets: 'configuration' },
  { short: 'i', long: 'interactive', takesValue: false, sets: 'interactive' },
  { short: 's', long: 'serverurl', takesValue: true, sets: 'serverUrl' },
  { short: 'u', long: 'username', takesValue: true, sets: 'username' },
  { short: 'p', long: 'password', takesValue: true, sets: 'password' },
  { short: 'r', long: 'history_file', takesValue: true, sets: 'historyFile' },
  { short: null, long: 'patterns', takesValue: false, wholeNameOnly: true, sets: 'patterns' },
];

type Given = Partial<Record<Exclude<Flag['sets'], null>, string>>;

async function main(): Promise<number> {
  const program = process.argv[1] ?? 'supervisorctl';
  try {
    const { options, rest } = getopt(inheritedArguments(), FLAGS);
    if (options.some(({ spec }) => spec.sets === null)) return help(program, options);
    const given = readOptions(options);
    const file = given.configuration ?? findConfigFile(program);
    // The reference takes `-c ''` for no file at all, and does not search for one either.
    const fromFile =
      file === null || file === ''
        ? DEFAULT_SETTINGS
        : await readClientSettings(file, inheritedEnvironment());
    const settings: ClientSettings = {
      serverUrl: given.serverUrl ?? fromFile.serverUrl,
      username: given.username ?? fromFile.username,
      password: given.password ?? fromFile.password,
      historyFile: given.historyFile ?? fromFile.historyFile,
      prompt: fromFile.prompt,
      plugins: fromFile.plugins,
    };
    return await runClient({
      settings,
      words: rest,
      isInteractive: given.interactive !== undefined,
      hasPatterns: given.patterns !== undefined,
    });
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof GetoptError)) throw error;
    writeSync(STDERR, showEscapes(`Error: ${error.message}\nFor help, use ${program} -h\n`));
    return error instanceof UnreadableConfigError ? UNREADABLE : USAGE_ERROR;
  }
}

/** The options in front of the one for help are checked first. */
function help(program: string, options: readonly GivenOption<Flag>[]): number {
  readOptions(
    options.slice(
      0,
      options.findIndex(({ spec }) => spec.sets === null),
    ),
  );
  writeSync(STDOUT, USAGE.replace('%s', program));
  return 0;
}

/** @throws ConfigError */
function readOptions(options: readonly GivenOption<Flag>[]): Given {
  const given: Given = {};
  for (const { spec, spelled, value } of options) {
    if (spec.sets === null) continue;
    if (spec.sets === 'serverUrl' && !isUrl(value)) {
      const shown = pythonRepr(value);
      throw new ConfigError(`invalid value for ${spelled} ${shown}: value ${shown} is not a URL`);
    }
    if (given[spec.sets] !== undefined) {
      throw new ConfigError(`conflicting command line option ${pythonRepr(spelled)}`);
    }
    given[spec.sets] = value;
  }
  return given;
}

const USAGE = `supervisorctl -- control applications run by supervisord from the cmd line.

Usage: %s [options] [action [arguments]]

Options:
-c/--configuration FILENAME -- configuration file path (searches if not given)
-h/--help -- print usage message and exit
-i/--interactive -- start an interactive shell after executing commands
-s/--serverurl URL -- URL on which supervisord server is listening
     (default "http://localhost:9001").
-u/--username USERNAME -- username to use for authentication with server
-p/--password PASSWORD -- password to use for authentication with server
-r/--history-file -- keep a readline history (if readline is available)

action [arguments] -- see below

Actions are commands like "tail" or "stop".  If -i is specified or no action is
specified on the command line, a "shell" interpreting actions typed
interactively is started.  Use the action "help" to find out about available
actions.

`;

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    writeSync(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
