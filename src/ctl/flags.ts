/**
 * The table of the flags of `supervisorctl`, and its usage text.
 *
 * @module
 */
import { type FlagRow, usageLines } from '../config/tables/flag.ts';
import type { CommandDescription } from './description.ts';
import { nearestName } from './names/suggest.ts';

/** What a flag sets; `help` ends the command. */
export type FlagTarget =
  | 'help'
  | 'configuration'
  | 'interactive'
  | 'serverUrl'
  | 'username'
  | 'password'
  | 'historyFile'
  | 'patterns'
  | 'fleet';

export interface ClientFlag extends FlagRow {
  readonly sets: FlagTarget;
}

/** In the order of the usage text. */
export const CLIENT_FLAGS: readonly ClientFlag[] = [
  {
    short: 'c',
    long: 'configuration',
    value: 'FILENAME',
    isPath: true,
    usage: 'configuration file path (searches if not given)',
    help: 'Read the [supervisorctl] section of this file; without the flag the usual places are searched.',
    isStock: true,
    since: '0.1.0',
    sets: 'configuration',
  },
  {
    short: 'h',
    long: 'help',
    value: null,
    usage: 'print usage message and exit',
    help: 'Print the usage and exit.',
    isStock: true,
    since: '0.1.0',
    sets: 'help',
  },
  {
    short: 'i',
    long: 'interactive',
    value: null,
    usage: 'start an interactive shell after executing commands',
    help: 'Ask before the daemon is ended or restarted. Without an action a session starts with or without the flag.',
    isStock: true,
    since: '0.1.0',
    sets: 'interactive',
  },
  {
    short: 's',
    long: 'serverurl',
    value: 'URL',
    usage: 'URL on which supervisord server is listening\n     (default "http://localhost:9001").',
    help: 'Address of the daemon: http://HOST:PORT, https://HOST:PORT or unix:///PATH.',
    isStock: true,
    since: '0.1.0',
    sets: 'serverUrl',
  },
  {
    short: 'u',
    long: 'username',
    value: 'USERNAME',
    usage: 'username to use for authentication with server',
    help: 'User name for the server.',
    isStock: true,
    since: '0.1.0',
    sets: 'username',
  },
  {
    short: 'p',
    long: 'password',
    value: 'PASSWORD',
    usage: 'password to use for authentication with server',
    help: 'Password for the server. Other users of the machine can see it in the list of processes.',
    isStock: true,
    since: '0.1.0',
    sets: 'password',
  },
  {
    short: 'r',
    long: 'history_file',
    value: 'FILENAME',
    isPath: true,
    usage: 'keep a readline history (if readline is available)',
    shownAs: '-r/--history-file',
    help: 'File that keeps the lines that were typed in a session.',
    isStock: true,
    since: '0.1.0',
    sets: 'historyFile',
  },
  {
    short: null,
    long: 'patterns',
    value: null,
    usage: 'read names as patterns (*, ?, [abc]) also where stdout is not a terminal',
    help: 'Read names as patterns also if stdout is not a terminal.',
    isStock: false,
    since: '0.1.0',
    sets: 'patterns',
  },
  {
    short: null,
    long: 'fleet',
    value: null,
    isForNames: true,
    usage: 'run the action on all nodes of the [fleet] section',
    help: 'Run the action on all nodes of the [fleet] section.',
    isStock: false,
    since: '0.2.0',
    sets: 'fleet',
  },
];

/** The flag that a mistyped one, or the beginning of one, most likely means; null where none is near. */
export function nearestFlag(mistyped: string): string | null {
  const names = CLIENT_FLAGS.map(({ long }) => `--${long}`);
  const beginning = mistyped.length > 3 ? names.find((name) => name.startsWith(mistyped)) : undefined;
  return beginning ?? nearestName(mistyped, names);
}

/**
 * What `--help` prints.
 *
 * @param program the command as it was called
 * @param commands shown with the flags that the stock client does not have, on a terminal; null prints the text of the stock
 *   client
 */
export function clientUsage(program: string, commands: readonly CommandDescription[] | null): string {
  const shown = commands !== null ? CLIENT_FLAGS : CLIENT_FLAGS.filter(({ isStock }) => isStock);
  return `supervisorctl -- control applications run by supervisord from the cmd line.

Usage: ${program} [options] [action [arguments]]

Options:
${usageLines(shown)}
action [arguments] -- see below

Actions are commands like "tail" or "stop".  If -i is specified or no action is
specified on the command line, a "shell" interpreting actions typed
interactively is started.  Use the action "help" to find out about available
actions.

${commands === null ? '' : commandLines(commands)}`;
}

const LINE_LENGTH = 79;

/** Every action with its options and what it does. */
function commandLines(commands: readonly CommandDescription[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  const item = (first: string, text: string): string =>
    `  ${first.padEnd(width)}  ${wrap(text, LINE_LENGTH - indent.length).join(`\n${indent}`)}`;
  const lines = commands.flatMap(({ name, summary, options }) => [
    item(name, summary),
    ...Object.values(options).map(({ flag, value, help }) =>
      item('', `${value === null ? flag : `${flag} ${value}`}: ${help}`),
    ),
  ]);
  return `Actions:\n${lines.join('\n')}\n\n`;
}

function wrap(text: string, length: number): string[] {
  return text.match(new RegExp(`.{1,${length}}(?= |$)|\\S+`, 'g'))?.map((line) => line.trim()) ?? [];
}
