/**
 * The table of the flags of `supervisord`, and its usage text.
 *
 * @module
 */
import { SUPERVISORD_OPTIONS } from '../config/tables/daemon-options.ts';
import { type FlagRow, usageLines } from '../config/tables/flag.ts';

/** A key of `[supervisord]` that the command line can set. */
export type FlagKey = Exclude<keyof typeof SUPERVISORD_OPTIONS, 'environment' | 'extensions'>;

/** What a flag does: it sets a key of the section, or does what its name means. */
export type FlagEffect =
  | { readonly sets: FlagKey }
  | 'configuration'
  | 'dump-config'
  /** Accepted without effect, because the reference has it: Node.js has a profiler of its own. */
  | 'profile'
  | 'help'
  | 'version';

export interface DaemonFlag extends FlagRow {
  readonly effect: FlagEffect;
}

/** In the order of the usage text. */
export const DAEMON_FLAGS: readonly DaemonFlag[] = [
  {
    short: 'c',
    long: 'configuration',
    value: 'FILENAME',
    isPath: true,
    usage: 'configuration file path (searches if not given)',
    help: 'Read this configuration file; without the flag the usual places are searched.',
    isStock: true,
    since: '0.1.0',
    effect: 'configuration',
  },
  flagFor('n', 'nodaemon', null, "run in the foreground (same as 'nodaemon=true' in config file)"),
  flagFor('s', 'silent', null, "no logs to stdout (maps to 'silent=true' in config file)"),
  {
    short: 'h',
    long: 'help',
    value: null,
    usage: 'print this usage message and exit',
    help: 'Print the usage and exit.',
    isStock: true,
    since: '0.1.0',
    effect: 'help',
  },
  {
    short: 'v',
    long: 'version',
    value: null,
    usage: 'print supervisord version number and exit',
    help: 'Print the supervisor release that this daemon is compatible with, and exit; visord --version prints the version of visord.',
    isStock: true,
    since: '0.1.0',
    effect: 'version',
  },
  flagFor('u', 'user', 'USER', 'run supervisord as this user (or numeric uid)'),
  flagFor('m', 'umask', 'UMASK', 'use this umask for daemon subprocess (default is 022)'),
  flagFor('d', 'directory', 'DIRECTORY', 'directory to chdir to when daemonized'),
  flagFor('l', 'logfile', 'FILENAME', 'use FILENAME as logfile path'),
  flagFor('y', 'logfile_maxbytes', 'BYTES', 'use BYTES to limit the max size of logfile'),
  flagFor('z', 'logfile_backups', 'NUM', 'number of backups to keep when max bytes reached'),
  flagFor('e', 'loglevel', 'LEVEL', 'use LEVEL as log level (debug,info,warn,error,critical)'),
  flagFor('j', 'pidfile', 'FILENAME', 'write a pid file for the daemon process to FILENAME'),
  flagFor('i', 'identifier', 'STR', 'identifier used for this instance of supervisord'),
  flagFor('q', 'childlogdir', 'DIRECTORY', 'the log directory for child process logs'),
  flagFor(
    'k',
    'nocleanup',
    null,
    ' prevent the process from performing cleanup (removal of\n                   old automatic child log files) at startup.',
  ),
  flagFor('a', 'minfds', 'NUM', 'the minimum number of file descriptors for start success'),
  flagFor('t', 'strip_ansi', null, 'strip ansi escape codes from process output'),
  {
    ...flagFor(null, 'minprocs', 'NUM', 'the minimum number of processes available for start success'),
    shownAs: '--minprocs NUM ',
  },
  {
    short: null,
    long: 'profile_options',
    value: 'OPTIONS',
    usage: [
      'run supervisord under profiler and output',
      "results based on OPTIONS, which  is a comma-sep'd",
      "list of 'cumulative', 'calls', and/or 'callers',",
      "e.g. 'cumulative,callers')",
    ].join(`\n${' '.repeat(29)}`),
    help: 'Accepted without effect: it is for the profiler of Python.',
    isStock: true,
    since: '0.1.0',
    effect: 'profile',
  },
  {
    short: null,
    long: 'dump-config',
    value: null,
    usage: 'print the effective configuration and exit',
    help: 'Print the effective configuration and exit; nothing is started.',
    isStock: false,
    since: '0.1.0',
    effect: 'dump-config',
  },
];

/** What `-h` prints. */
export function supervisordHelp(program: string): string {
  return `supervisord -- run a set of applications as daemons.\n\nUsage: ${program} [options]\n\nOptions:\n${usageLines(DAEMON_FLAGS)}\n`;
}

/** A flag that sets the key of its long name. */
function flagFor(short: string | null, key: FlagKey, value: string | null, usage: string): DaemonFlag {
  const { help } = SUPERVISORD_OPTIONS[key];
  return { short, long: key, value, usage, help, isStock: true, since: '0.1.0', effect: { sets: key } };
}
