/**
 * The sample configuration file, read off the option tables.
 *
 * People edit it with `sed`. So each line is, up to the help, the line of the reference's sample, active or
 * commented out as there; keys and sections that the reference lacks are added.
 *
 * @module
 */

import { MAIN_RPC_FACTORY } from './sections/rpc-interfaces.ts';
import { CTL_PLUGIN_OPTIONS, SUPERVISORCTL_OPTIONS } from './tables/client-options.ts';
import { SUPERVISORD_OPTIONS } from './tables/daemon-options.ts';
import { FLEET_SECTION_OPTIONS } from './tables/engine-options.ts';
import type { OptionTable } from './tables/option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  INCLUDE_OPTIONS,
  PROGRAM_OPTIONS,
  RPC_INTERFACE_OPTIONS,
} from './tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from './tables/server-options.ts';
import { USER_OPTIONS } from './tables/user-options.ts';

/** The whole file. */
export function sampleConfig(): string {
  return [comment(INTRODUCTION), ...SECTIONS.map(renderSection)].join('\n');
}

interface SampleSection {
  /** Comment in front of the section; blank lines stay. */
  readonly about?: string;
  readonly name: string;
  /** Comment behind the section's name. */
  readonly remark?: string;
  readonly table: OptionTable;
  /** Whether the section is in effect, and which of its keys are; without it all is commented out. */
  readonly active?: readonly string[];
  /** Keys that stand before the others of the table, where people who edit ranges of lines expect them. */
  readonly leading?: readonly string[];
  /** Values that are shown instead of those of the table. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Further lines, commented out, behind the one of the same key. */
  readonly alternatives?: readonly (readonly [key: string, value: string, help: string])[];
  /** Keys are written as `key = value` with nothing behind, and their help stands above the section. */
  readonly spaced?: true;
}

const HELP_COLUMN = 31;

const INTRODUCTION = `Sample supervisor config file.

A line that starts with ";" is a comment. Behind a value a comment needs a blank before its ";":
"a=b ;this is one", "a=b;this is part of the value". So "command=sh -c 'one ; two'" ends before the ";".
Values are not quoted, except in environment= and within command=. No shell reads them: "$HOME" means nothing, and
"~" is a home folder only at the start of a path. A variable of the environment is written as %(ENV_HOME)s, the folder
of this file as %(here)s, and a percent sign as %%.

The paths below are in /tmp because every system has it. Move them to where they belong: many systems remove old
files from /tmp, and without its socket file supervisord cannot be reached by supervisorctl.`;

/** The reference's order of a program's keys, with those of its kind in the middle. */
const leadingWith = (...own: string[]) => [
  ...['command', 'process_name', 'numprocs', 'numprocs_start', ...own, 'directory', 'umask', 'priority'],
  ...['autostart', 'startsecs', 'startretries', 'autorestart', 'exitcodes', 'stopsignal', 'stopwaitsecs'],
  ...['stopasgroup', 'killasgroup', 'user', 'redirect_stderr', ...channel('stdout'), ...channel('stderr')],
  ...['environment', 'serverurl'],
];

function channel(name: 'stdout' | 'stderr'): string[] {
  return [
    ...['logfile', 'logfile_maxbytes', 'logfile_backups', 'capture_maxbytes', 'events_enabled', 'syslog'],
  ].map((key) => `${name}_${key}`);
}

const SECTIONS: readonly SampleSection[] = [
  {
    name: 'unix_http_server',
    table: UNIX_SERVER_OPTIONS,
    leading: ['file', 'chmod', 'chown'],
    active: ['file'],
  },
  {
    about: `The server on TCP is off. A client that reaches it can run programs as the user of supervisord. Without
certfile= the traffic is not encrypted, and without username= and password= every client is accepted. Let it listen
on localhost or in a trusted network, and never on the internet.`,
    name: 'inet_http_server',
    remark: 'a server on TCP',
    table: INET_SERVER_OPTIONS,
    leading: ['port'],
  },
  {
    about: `A user of the servers above, with the rights of a role; stock supervisord ignores the section. A server that knows
a user demands a name and a password.`,
    name: 'user:theusername',
    table: USER_OPTIONS,
  },
  {
    name: 'supervisord',
    table: SUPERVISORD_OPTIONS,
    leading: [
      ...[
        'logfile',
        'logfile_maxbytes',
        'logfile_backups',
        'loglevel',
        'pidfile',
        'umask',
        'nodaemon',
        'silent',
      ],
      ...['minfds', 'minprocs', 'nocleanup', 'childlogdir', 'user', 'directory', 'strip_ansi', 'environment'],
    ],
    active: [
      'logfile',
      'logfile_maxbytes',
      'logfile_backups',
      'loglevel',
      'pidfile',
      'nodaemon',
      'silent',
      'minfds',
      'minprocs',
    ],
  },
  {
    about:
      'supervisorctl and the web page talk to this interface. Others can be added, each in a section of its own.',
    name: 'rpcinterface:supervisor',
    table: RPC_INTERFACE_OPTIONS,
    active: ['supervisor.rpcinterface_factory'],
    examples: { 'supervisor.rpcinterface_factory': MAIN_RPC_FACTORY },
    spaced: true,
  },
  {
    about: 'How supervisorctl finds supervisord: it must agree with one of the servers above.',
    name: 'supervisorctl',
    table: SUPERVISORCTL_OPTIONS,
    leading: ['serverurl', 'username', 'password', 'prompt'],
    active: ['serverurl'],
    alternatives: [['serverurl', 'http://127.0.0.1:9001', 'The same for a server on TCP']],
  },
  {
    about:
      'A program to run, with every key that there is. Each program has a section with a name of its own.',
    name: 'program:theprogramname',
    table: PROGRAM_OPTIONS,
    leading: leadingWith(),
    examples: { command: '/bin/cat' },
  },
  {
    about: 'A program that reads events on its stdin and answers on its stdout.',
    name: 'eventlistener:theeventlistenername',
    table: EVENT_LISTENER_OPTIONS,
    leading: leadingWith('events', 'buffer_size', 'result_handler'),
    examples: {
      command: '/bin/eventlistener',
      redirect_stderr: 'false',
    },
  },
  {
    about: 'A FastCGI program, whose processes take their connections from one socket.',
    name: 'fcgi-program:thefcgiprogramname',
    table: FCGI_PROGRAM_OPTIONS,
    leading: leadingWith('socket', 'socket_owner', 'socket_mode', 'socket_backlog'),
    examples: {
      command: '/usr/bin/example.fcgi',
    },
  },
  {
    about:
      'Programs that are started and stopped together; they are then called thegroupname:progname1 and so on.',
    name: 'group:thegroupname',
    table: GROUP_OPTIONS,
  },
  {
    about: 'Further methods for XML-RPC. Keys besides the one below are handed to the factory.',
    name: 'rpcinterface:theinterfacename',
    table: RPC_INTERFACE_OPTIONS,
    spaced: true,
  },
  {
    about:
      'Many hosts that supervisorctl --fleet and the web page view and control as one; with engine, their daemons agree.',
    name: 'fleet',
    table: FLEET_SECTION_OPTIONS,
    spaced: true,
  },
  {
    about: 'Further commands for supervisorctl. Keys besides the one below are handed to the factory.',
    name: 'ctlplugin:thepluginname',
    table: CTL_PLUGIN_OPTIONS,
    spaced: true,
  },
  {
    about: 'Further files to read as if they stood here. An included file cannot include others.',
    name: 'include',
    table: INCLUDE_OPTIONS,
    spaced: true,
  },
];

function renderSection(section: SampleSection): string {
  const { about, name, remark, table, active, alternatives = [], leading = [], spaced } = section;
  const off = active === undefined ? ';' : '';
  const keys = [...leading, ...Object.keys(table).filter((key) => !leading.includes(key))];
  const above = [
    ...(about === undefined ? [] : [about]),
    ...(spaced ? keys.map((key) => `${key}: ${helpOf(section, key)}.`) : []),
  ];
  const heading = remark === undefined ? `${off}[${name}]` : withHelp(`${off}[${name}]`, remark);
  const lines = keys.flatMap((key) => [
    renderKey(section, key),
    ...alternatives
      .filter(([other]) => other === key)
      .map(([, value, help]) => withHelp(`;${key}=${value}`, help)),
  ]);
  return `${above.length === 0 ? '' : `${comment(above.join('\n'))}\n`}${heading}\n${lines.join('\n')}\n`;
}

function renderKey(section: SampleSection, key: string): string {
  const { table, active, examples, spaced } = section;
  const off = active?.includes(key) ? '' : ';';
  const row = table[key];
  const value = examples?.[key] ?? row?.example ?? row?.default ?? '';
  return spaced ? `${off}${key} = ${value}` : withHelp(`${off}${key}=${value}`, helpOf(section, key));
}

/** The help of the table, and the default where it is not empty. */
function helpOf({ table }: SampleSection, key: string): string {
  const { default: byDefault, help, missing } = table[key] ?? { default: null, help: '', missing: null };
  const notes = [...(missing === null ? [] : ['required']), ...(byDefault ? [`default ${byDefault}`] : [])];
  return `${help.replace(/\.$/, '')}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** At least one blank before the `;`: without it the help would be part of the value. */
function withHelp(line: string, help: string): string {
  return `${line.padEnd(HELP_COLUMN - 1)} ; ${help}`;
}

function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `; ${line}`.trimEnd())
    .join('\n')
    .concat('\n');
}
