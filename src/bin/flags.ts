/**
 * The command line of `supervisord`: one table of flags, from which it is read and its help is printed.
 *
 * @module
 */

import { posix } from 'node:path';
import { Command, Option } from 'commander';
import type { DaemonOverrides } from '../config/sections/daemon.ts';
import { SUPERVISORD_OPTIONS } from '../config/tables/daemon-options.ts';
import type { Host } from '../config/tables/host.ts';
import { systemUsers } from '../config/tables/users.ts';
import { ConfigError } from '../config/types.ts';
import { existsSync } from '../io/files.ts';
import { inheritedEnvironment } from '../io/inherited.ts';
import { GetoptError, type GivenOption, getopt, type OptionSpec } from '../python/getopt.ts';
import { pythonRepr } from '../python/repr.ts';

/** The reference that the answers of `-v` and `getSupervisorVersion` speak of. */
export const REFERENCE_VERSION = '4.3.0';

/** What the command line asks for. */
export interface SupervisordFlags {
  /** The file of `-c`, or null: search. */
  readonly configuration: string | null;
  readonly overrides: DaemonOverrides;
  /** Print the effective configuration instead of running. */
  readonly dumpConfig: boolean;
}

export type SupervisordCommand =
  | { readonly kind: 'run'; readonly flags: SupervisordFlags }
  /** Text for stdout; exit 0. */
  | { readonly kind: 'print'; readonly text: string }
  /** What follows `Error: ` on stderr; exit 2. */
  | { readonly kind: 'fail'; readonly text: string };

/** The names of the flags, for whoever lists them. */
export interface FlagName {
  readonly short: string | null;
  readonly long: string;
}

type Key = keyof typeof SUPERVISORD_OPTIONS;

/** What a flag does: set a key of the file to its value, or to true, or something of its own. */
type Effect =
  | { readonly kind: 'value'; readonly key: Key; readonly field: keyof DaemonOverrides }
  | { readonly kind: 'switch'; readonly field: 'nodaemon' | 'silent' | 'nocleanup' | 'stripAnsi' }
  | { readonly kind: 'configuration' | 'dumpConfig' | 'profile' | 'help' | 'version' };

interface Flag extends OptionSpec {
  readonly long: string;
  /** The value's name in the help. */
  readonly argument: string;
  readonly help: string;
  readonly effect: Effect;
}

const FLAGS: readonly Flag[] = [
  flag('c', 'configuration', 'FILENAME', 'configuration file path (searches if not given)', {
    kind: 'configuration',
  }),
  flag('n', 'nodaemon', '', "run in the foreground (same as 'nodaemon=true' in config file)", on('nodaemon')),
  flag('s', 'silent', '', "no logs to stdout (maps to 'silent=true' in config file)", on('silent')),
  flag('h', 'help', '', 'print this usage message and exit', { kind: 'help' }),
  flag('v', 'version', '', 'print supervisord version number and exit', { kind: 'version' }),
  flag('u', 'user', 'USER', 'run supervisord as this user (or numeric uid)', sets('user', 'user')),
  flag(
    'm',
    'umask',
    'UMASK',
    'use this umask for daemon subprocess (default is 022)',
    sets('umask', 'umask'),
  ),
  flag(
    'd',
    'directory',
    'DIRECTORY',
    'directory to chdir to when daemonized',
    sets('directory', 'directory'),
  ),
  flag('l', 'logfile', 'FILENAME', 'use FILENAME as logfile path', sets('logfile', 'logfile')),
  flag(
    'y',
    'logfile_maxbytes',
    'BYTES',
    'use BYTES to limit the max size of logfile',
    sets('logfile_maxbytes', 'logfileMaxBytes'),
  ),
  flag(
    'z',
    'logfile_backups',
    'NUM',
    'number of backups to keep when max bytes reached',
    sets('logfile_backups', 'logfileBackups'),
  ),
  flag(
    'e',
    'loglevel',
    'LEVEL',
    'use LEVEL as log level (debug,info,warn,error,critical)',
    sets('loglevel', 'logLevel'),
  ),
  flag(
    'j',
    'pidfile',
    'FILENAME',
    'write a pid file for the daemon process to FILENAME',
    sets('pidfile', 'pidfile'),
  ),
  flag(
    'i',
    'identifier',
    'STR',
    'identifier used for this instance of supervisord',
    sets('identifier', 'identifier'),
  ),
  flag(
    'q',
    'childlogdir',
    'DIRECTORY',
    'the log directory for child process logs',
    sets('childlogdir', 'childLogDir'),
  ),
  flag(
    'k',
    'nocleanup',
    '',
    ' prevent the process from performing cleanup (removal of\n                   old automatic child log files) at startup.',
    on('nocleanup'),
  ),
  flag(
    'a',
    'minfds',
    'NUM',
    'the minimum number of file descriptors for start success',
    sets('minfds', 'minFds'),
  ),
  flag('t', 'strip_ansi', '', 'strip ansi escape codes from process output', on('stripAnsi')),
  flag(
    null,
    'minprocs',
    'NUM ',
    'the minimum number of processes available for start success',
    sets('minprocs', 'minProcs'),
  ),
  flag(
    null,
    'profile_options',
    'OPTIONS',
    [
      'run supervisord under profiler and output',
      "results based on OPTIONS, which  is a comma-sep'd",
      "list of 'cumulative', 'calls', and/or 'callers',",
      "e.g. 'cumulative,callers')",
    ].join(`\n${' '.repeat(29)}`),
    { kind: 'profile' },
  ),
  {
    ...flag(null, 'dump-config', '', 'print the effective configuration and exit', { kind: 'dumpConfig' }),
    wholeNameOnly: true,
  },
];

/** `-?` asks for help too, and is not told of. */
const SPECS: readonly (Flag & OptionSpec)[] = [
  ...FLAGS,
  ...FLAGS.filter(({ effect }) => effect.kind === 'help').map((help) => ({
    ...help,
    short: '?',
    wholeNameOnly: true,
  })),
];

/**
 * Reads the command line.
 *
 * @param argv the arguments behind the program's name
 * @param program how the program was called, as the help prints it
 */
export function parseSupervisordFlags(
  argv: readonly string[],
  program: string,
  host: Host = { users: systemUsers, environment: inheritedEnvironment() },
): SupervisordCommand {
  try {
    const { options, rest } = getopt(argv, SPECS);
    if (rest.length > 0) return fail(`positional arguments are not supported: ${pythonRepr(rest)}`);
    return applyOptions(options, program, host);
  } catch (error) {
    if (error instanceof GetoptError) return fail(error.message);
    throw error;
  }
}

/** Every flag, in the order of the help. */
export const SUPERVISORD_FLAG_NAMES: readonly FlagName[] = FLAGS.map(({ short, long }) => ({ short, long }));

/** What `-h` prints. */
export function supervisordHelp(program: string): string {
  const lines = FLAGS.map(({ short, long, argument, help }) => {
    const names = short === null ? `--${long}` : `-${short}/--${long}`;
    return `${names}${argument === '' ? '' : ` ${argument}`} -- ${help}\n`;
  });
  return `supervisord -- run a set of applications as daemons.\n\nUsage: ${program} [options]\n\nOptions:\n${lines.join('')}\n`;
}

/** Where a configuration is looked for when the command line names none, and what is to be said on stderr about it. */
export interface DefaultConfigFile {
  readonly file: string | null;
  /** What follows `Error: ` where no file was found. */
  readonly error: string | null;
  /** A line for stderr, with its end, or null. */
  readonly warning: string | null;
}

/** Searches the usual places, the executable's surroundings first. */
export function defaultConfigFile(
  program: string,
  {
    isRoot = process.getuid?.() === 0,
    exists = existsSync,
  }: { isRoot?: boolean; exists?: (path: string) => boolean } = {},
): DefaultConfigFile {
  const home = parentOf(parentOf(program));
  const places = [
    posix.join(home, 'etc/supervisord.conf'),
    posix.join(home, 'supervisord.conf'),
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ];
  const file = places.find((place) => exists(place)) ?? null;
  const error =
    file === null
      ? `No config file found at default paths (${places.join(', ')}); use the -c option to specify a config file at a different path`
      : null;
  return { file, error, warning: isRoot ? `${program}: UserWarning: ${ROOT_WARNING}\n` : null };
}

const ROOT_WARNING =
  'Supervisord is running as root and it is searching for its configuration file in default locations ' +
  '(including its current working directory); you probably want to specify a "-c" argument specifying an ' +
  'absolute path to a configuration file for improved security.';

/** Commander walks the options, each by its whole name; the first that ends the command or is wrong decides. */
function applyOptions(
  options: readonly GivenOption<Flag>[],
  program: string,
  host: Host,
): SupervisordCommand {
  const command = new Command(program).helpOption(false).allowExcessArguments();
  const pending = [...options];
  const seen = new Set<string>();
  const overrides: Record<string, unknown> = {};
  let configuration: string | null = null;
  let answer: SupervisordCommand | null = null;

  const take = ({ spec, spelled, value }: GivenOption<Flag>): SupervisordCommand | null => {
    const { effect, long } = spec;
    if (effect.kind === 'help') return { kind: 'print', text: supervisordHelp(program) };
    if (effect.kind === 'version') return { kind: 'print', text: `${REFERENCE_VERSION}\n` };
    if (effect.kind === 'value') {
      try {
        overrides[effect.field] = SUPERVISORD_OPTIONS[effect.key].type.parse(value, host);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return fail(`invalid value for ${spelled} ${pythonRepr(value)}: ${error.message}`);
      }
    }
    if (seen.has(long)) return fail(`conflicting command line option ${pythonRepr(spelled)}`);
    seen.add(long);
    if (effect.kind === 'switch') overrides[effect.field] = true;
    if (effect.kind === 'configuration') configuration = value;
    return null;
  };
  for (const { long, takesValue, argument, help } of FLAGS) {
    command.addOption(new Option(takesValue ? `--${long} <${argument}>` : `--${long}`, help));
    command.on(`option:${long}`, () => {
      const given = pending.shift();
      if (given !== undefined) answer ??= take(given);
    });
  }
  command.parseOptions(
    options.map(({ spec, value }) => (spec.takesValue ? `--${spec.long}=${value}` : `--${spec.long}`)),
  );
  return answer ?? { kind: 'run', flags: { configuration, overrides, dumpConfig: seen.has('dump-config') } };
}

function flag(short: string | null, long: string, argument: string, help: string, effect: Effect): Flag {
  return { short, long, argument, takesValue: argument !== '', help, effect };
}

function sets(key: Key, field: keyof DaemonOverrides): Effect {
  return { kind: 'value', key, field };
}

function on(field: 'nodaemon' | 'silent' | 'nocleanup' | 'stripAnsi'): Effect {
  return { kind: 'switch', field };
}

function fail(text: string): SupervisordCommand {
  return { kind: 'fail', text };
}

/** As Python's `dirname`: a name without a slash has none. */
function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash).replace(/\/+$/, '') || '/';
}
