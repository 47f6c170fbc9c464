/** Texts of configurations with every key of the tables, for properties. */

import { SUPERVISORD_OPTIONS } from '../../../src/config/tables/daemon-options.ts';
import type { OptionTable } from '../../../src/config/tables/option.ts';
import { FCGI_SOCKET_OPTIONS, PROGRAM_OPTIONS } from '../../../src/config/tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../../../src/config/tables/server-options.ts';
import { fc } from '../../properties.ts';

/** What an expanded value may hold: blanks, comment characters, percent signs, other languages. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b c',
    '%%',
    '%(here)s',
    '%(ENV_PERCENT)s',
    '%(ENV_ODD)s',
    ';',
    ' ;x',
    ' # y',
    '"q"',
    "it's",
    '\\',
  ],
  ...['é€', '=', ':', '[s]', '\n  more', '%%(here)s', '/'],
);
const freeText = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `x${pieces.join('')}`);
const path = fc.constantFrom(
  '/tmp/a.log',
  '/tmp/%(program_name)s.log',
  '/tmp/100%%%%.log',
  '/tmp/%(ENV_ODD)s',
  'NONE',
  'AUTO',
  'syslog',
);
const size = fc.constantFrom('0', '1', '50MB', '3KB', '1500', '2GB');
const number = fc.integer({ min: -5, max: 2000 }).map(String);
const word = fc.constantFrom('true', 'off', 'YES', '0');

/** Texts for the types, by their names; a type that is not here has the default and the example of its row. */
const BY_TYPE: Readonly<Record<string, fc.Arbitrary<string>>> = {
  text: freeText,
  boolean: word,
  integer: number,
  bytes: size,
  octal: fc.constantFrom('022', '0', '777'),
  'log file': path,
  user: fc.constantFrom('web', '33', 'root'),
  environment: fc.constantFrom(
    'A="1",B="%(program_name)s"',
    'A=\'x;y\',ODD2="%(ENV_ODD)s",P="%(ENV_PERCENT)s"',
    '',
    'KEY="50%%",Z=/tmp/x',
  ),
  'exit codes': fc.constantFrom('0', '0,2', ''),
  'boolean or unexpected': fc.constantFrom('true', 'false', 'unexpected'),
  'URL or AUTO': fc.constantFrom('AUTO', 'http://localhost:1', 'unix:///tmp/x'),
  folder: fc.constantFrom('/tmp', '/'),
  path: fc.constantFrom('/tmp/a', '/tmp/50%%'),
  users: fc.constantFrom('', 'web', '33,root,1234'),
  groups: fc.constantFrom('', 'staff', '34,root'),
  'user:group': fc.constantFrom('web', 'web:staff'),
  'log level': fc.constantFrom('debug', 'WARN'),
  'process name': fc.constantFrom('%(program_name)s', 'p-%(program_name)s'),
};

/** Keys that are given apart, or that would make a section wrong. */
const APART = [
  'numprocs',
  'numprocs_start',
  'command',
  'process_name',
  'socket',
  'stopasgroup',
  'killasgroup',
  'user',
  // Other keys have other defaults with it, which the reference does not know.
  'cron',
];

/** Keys of servers that need each other, or a file. */
const CREDENTIALS = [
  'username',
  'password',
  'username_file',
  'password_file',
  'certfile',
  'keyfile',
  'cafile',
];

function lines(table: OptionTable, without: readonly string[] = []): fc.Arbitrary<string> {
  const keys = Object.entries(table)
    .filter(([key]) => !without.includes(key))
    .map(([key, row]) => {
      const known = [row.default, row.example].filter((text) => text !== null && text !== '');
      const texts = BY_TYPE[row.type.name] ?? (known.length === 0 ? null : fc.constantFrom(...known));
      return texts === null
        ? fc.constant('')
        : fc.option(texts, { nil: null, freq: 2 }).map((text) => (text === null ? '' : `${key}=${text}\n`));
    });
  return fc.tuple(...keys).map((parts) => parts.join(''));
}

const program = fc
  .record({
    keys: lines(PROGRAM_OPTIONS, APART),
    count: fc.integer({ min: 0, max: 3 }),
    first: fc.integer({ min: 0, max: 9 }),
    command: freeText,
    asGroup: word,
  })
  .map(
    ({ keys, count, first, command, asGroup }) =>
      `${keys}numprocs=${count}\nnumprocs_start=${first}\nprocess_name=%(program_name)s_%(process_num)02d\n` +
      `command=/bin/cat ${command} %(process_num)x%(numprocs)d\nkillasgroup=true\nstopasgroup=${asGroup}\nuser=web\n`,
  );

const group = (priority: string, members: readonly string[]): string =>
  `priority=${priority}\nprograms=${members.join(', ')}\n`;

/** A whole file, with programs in groups and out of them, pools, FastCGI programs and servers. */
export const configTexts: fc.Arbitrary<string> = fc
  .record({
    daemon: lines(SUPERVISORD_OPTIONS, ['user', 'extensions', 'environment']),
    environment: fc.constantFrom('', 'environment=D="1",E="2;3"\n'),
    unix: lines(UNIX_SERVER_OPTIONS, ['file', ...CREDENTIALS]),
    inet: lines(INET_SERVER_OPTIONS, ['port', ...CREDENTIALS]),
    programs: fc.array(program, { minLength: 3, maxLength: 5 }),
    socket: lines(FCGI_SOCKET_OPTIONS, ['socket', 'socket_mode', 'socket_backlog']),
    pool: fc.constantFrom('', 'buffer_size=5\n', 'priority=7\n'),
    priority: number,
  })
  .map(({ daemon, environment, unix, inet, programs, socket, pool, priority }) => {
    const [first = '', second = '', ...others] = programs;
    return [
      `[supervisord]\n${daemon}${environment}`,
      `[unix_http_server]\nfile=/tmp/50%%.sock\nusername=a%%b\npassword=c;d\n${unix}`,
      `[inet_http_server:x.y]\nport=[::1]:9001\n${inet}`,
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n',
      `[eventlistener:pool]\nevents=TICK_5,EVENT\n${withoutKeys(first, ['redirect_stderr', 'priority'])}${pool}`,
      `[fcgi-program:fcgi]\n${second}socket=unix:///tmp/%(program_name)s.sock\nsocket_mode=0770\n${socket}`,
      `[fcgi-program:tcp]\n${second}socket=tcp://localhost:9000\n`,
      ...others.map((text, index) => `[program:p${index}]\n${text}`),
      `[group:g]\n${group(priority, ['p0', 'tcp'])}`,
      `[group:h]\n${group('3', ['p0'])}`,
    ].join('\n');
  });

function withoutKeys(text: string, keys: readonly string[]): string {
  return text
    .split('\n')
    .filter((line) => !keys.some((key) => line.startsWith(`${key}=`)))
    .join('\n');
}
