/**
 * The manual pages of the commands, from their tables.
 *
 * @module
 */
import { DAEMON_EXITS } from '../../src/bin/daemon-exits.ts';
import { DAEMON_FLAGS } from '../../src/bin/supervisord-flags.ts';
import { VISORD_COMMANDS } from '../../src/bin/visord/table.ts';
import type { FlagRow } from '../../src/config/tables/flag.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { type CommandDescription, readForms, usageOf } from '../../src/ctl/description.ts';
import { EXIT_CODES } from '../../src/ctl/exit-codes.ts';
import { CLIENT_FLAGS } from '../../src/ctl/flags.ts';
import { PLACES, PLACES_NOTE } from './configuration-places.ts';
import { DAEMON_SIGNALS } from './daemon-signals.ts';
import { ownExits, SERVER_NOTE } from './exit-codes.ts';
import type { Page } from './page.ts';
import { type Entry, type Manual, renderManual, type Section } from './roff.ts';

const supervisord: Manual = {
  name: 'supervisord',
  section: 8,
  summary: 'run and watch programs',
  synopsis: ['supervisord [options]'],
  sections: [
    {
      title: 'DESCRIPTION',
      paragraphs: [
        'supervisord starts the programs of its configuration, restarts them when they end, keeps their output in logs, ' +
          'and is controlled by supervisorctl, by a web page and by XML-RPC.',
        'It goes to the background unless --nodaemon or nodaemon=true is set. A flag that sets a key of the section ' +
          '[supervisord] wins over the file.',
      ],
    },
    { title: 'OPTIONS', entries: DAEMON_FLAGS.map(flagEntry) },
    {
      title: 'SIGNALS',
      entries: DAEMON_SIGNALS.map(({ names, meaning }) => ({
        term: names,
        paragraphs: [meaning.replaceAll('`', '')],
      })),
    },
    filesSection(),
    exitSection(Object.values(DAEMON_EXITS)),
  ],
  seeAlso: [
    'supervisord.conf(5)',
    'supervisorctl(1)',
    'visord(1)',
    'echo_supervisord_conf(1)',
    'pidproxy(1)',
  ],
};

const supervisorctl: Manual = {
  name: 'supervisorctl',
  section: 1,
  summary: 'control the programs of supervisord',
  synopsis: ['supervisorctl [options] [action [arguments]]'],
  sections: [
    {
      title: 'DESCRIPTION',
      paragraphs: [
        'supervisorctl sends an action to supervisord and prints the result. Without an action it starts a session: it ' +
          'reads actions from a prompt, or from standard input.',
        'The address of the daemon, the user name and the password come from the section [supervisorctl] of the ' +
          'configuration, unless options give them.',
      ],
    },
    { title: 'OPTIONS', entries: CLIENT_FLAGS.map(flagEntry) },
    {
      title: 'ACTIONS',
      paragraphs: [
        'Several names are separated by blanks. GROUP:* means all processes of a group, all means every process. A name ' +
          'that begins with a dash is an error, unless a process or a group has that name.',
      ],
      subsections: COMMANDS.map(actionSection),
    },
    filesSection(),
    { ...exitSection(Object.values(EXIT_CODES)), paragraphs: [SERVER_NOTE] },
  ],
  seeAlso: ['supervisord.conf(5)', 'supervisord(8)', 'visord(1)'],
};

const visord: Manual = {
  name: 'visord',
  section: 1,
  summary: 'commands around the drop-in replacement for supervisord',
  synopsis: ['visord [options] [command]'],
  sections: [
    {
      title: 'DESCRIPTION',
      paragraphs: [
        'visord has the commands that stock Supervisor does not have. The daemon is supervisord, its client supervisorctl.',
      ],
    },
    {
      title: 'OPTIONS',
      entries: [
        { term: '-v, --version', paragraphs: ['Print the version of visord and exit.'] },
        { term: '-h, --help', paragraphs: ['Print the usage and exit.'] },
      ],
    },
    {
      title: 'COMMANDS',
      subsections: VISORD_COMMANDS.map(({ name, summary, details, options, exits, ...row }) => ({
        title: [name, ...row.arguments.map(({ usage }) => usage)].join(' '),
        paragraphs: [summary, ...details],
        entries: [
          ...[...row.arguments, ...options].map(({ usage, help }) => ({ term: usage, paragraphs: [help] })),
          ...Object.entries(exits).map(([code, meaning]) => ({
            term: `exit code ${code}`,
            paragraphs: [meaning],
          })),
        ],
      })),
    },
    exitSection([
      { code: 0, meaning: 'The command succeeded.' },
      { code: 2, meaning: 'The command line is wrong.' },
    ]),
  ],
  seeAlso: ['supervisord(8)', 'supervisorctl(1)'],
};

const echoSupervisordConf: Manual = {
  name: 'echo_supervisord_conf',
  section: 1,
  summary: 'print a sample configuration of supervisord',
  synopsis: ['echo_supervisord_conf'],
  sections: [
    {
      title: 'DESCRIPTION',
      paragraphs: [
        'echo_supervisord_conf prints a configuration with every section and every key; what need not be set is a comment. ' +
          'Arguments are ignored.',
      ],
    },
    {
      title: 'EXAMPLES',
      entries: [
        {
          term: 'echo_supervisord_conf > /etc/supervisord.conf',
          paragraphs: ['Writes a configuration to start from.'],
        },
      ],
    },
    exitSection([
      { code: 0, meaning: 'The configuration was printed.' },
      { code: 1, meaning: 'The output could not be written.' },
    ]),
  ],
  seeAlso: ['supervisord.conf(5)', 'supervisord(8)'],
};

const pidproxy: Manual = {
  name: 'pidproxy',
  section: 1,
  summary: 'run a command and send signals to the process of its pidfile',
  synopsis: ['pidproxy PIDFILE COMMAND [ARGUMENT...]'],
  sections: [
    {
      title: 'DESCRIPTION',
      paragraphs: [
        'pidproxy runs the command and stays in the foreground until it ends. Signals that pidproxy gets are sent to the ' +
          'process whose pid the file has at that moment. That lets a supervisor control a daemon that starts its real ' +
          'process by itself, such as mysqld_safe.',
        'SIGTERM, SIGINT and SIGQUIT are sent on and end pidproxy; SIGHUP, SIGUSR1 and SIGUSR2 are sent on.',
      ],
    },
    {
      title: 'EXAMPLES',
      entries: [
        {
          term: 'command=pidproxy /run/mysqld/mysqld.pid /usr/bin/mysqld_safe',
          paragraphs: ['In a section [program:mysql] of the configuration.'],
        },
      ],
    },
    exitSection([
      { code: 0, meaning: 'The command ended, or a signal that ends was sent on.' },
      { code: 1, meaning: 'The arguments are wrong, the command cannot be run, or a signal cannot be sent.' },
    ]),
  ],
  seeAlso: ['supervisord(8)'],
};

/** The manuals by their files. */
export const MANUAL_PAGES: readonly Page[] = [
  supervisord,
  supervisorctl,
  visord,
  echoSupervisordConf,
  pidproxy,
].map((manual) => ({
  file: `docs/man/${manual.name}.${manual.section}`,
  text: () => renderManual(manual),
}));

function actionSection(row: CommandDescription): Section {
  const { forms, notes } = readForms(row);
  const brought = row.isStock ? [] : [`Not in the stock client; since visord ${row.since}.`];
  return {
    title: usageOf(row),
    paragraphs: [row.summary, ...row.details, ...notes, ...brought],
    entries: [
      ...forms.map(({ usage, meaning }) => ({ term: usage, paragraphs: [meaning] })),
      ...Object.values(row.options).map(({ flag, value, help, since }) => ({
        term: value === null ? flag : `${flag} ${value}`,
        paragraphs: [`${help} Not in the stock client; since visord ${since}.`],
      })),
      ...ownExits(row).map(([code, meaning]) => ({ term: `exit code ${code}`, paragraphs: [meaning] })),
    ],
  };
}

function flagEntry({ short, long, value, help, isStock, since }: FlagRow): Entry {
  const names = short === null ? `--${long}` : `-${short}, --${long}`;
  return {
    term: value === null ? names : `${names} ${value}`,
    paragraphs: [isStock ? help : `${help} Not in stock Supervisor; since visord ${since}.`],
  };
}

function filesSection(): Section {
  return {
    title: 'FILES',
    paragraphs: [PLACES_NOTE, PLACES.join(', ')],
  };
}

function exitSection(exits: readonly { readonly code: number; readonly meaning: string }[]): Section {
  return {
    title: 'EXIT STATUS',
    entries: exits.map(({ code, meaning }) => ({ term: String(code), paragraphs: [meaning] })),
  };
}
