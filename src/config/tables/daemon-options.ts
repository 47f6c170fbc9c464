/**
 * The keys of the sections that describe the daemon and its servers.
 *
 * The order of the rows is the order in which the reference finds what is wrong; extensions stand behind.
 *
 * @module
 */

import { ConfigError } from '../config-error.ts';
import { QUOTINGS } from '../text/environment-list.ts';
import { credentialFile, insteadOf } from './credential-file.ts';
import { groupIds, userIds } from './id-lists.ts';
import { age, logCompression, logMode, logOwner, logRotation } from './log-file-values.ts';
import { logFormat } from './log-formats.ts';
import { EXTENSIONS_KEY, extension, stock } from './option.ts';
import { TLS_OPTIONS } from './tls-options.ts';
import {
  boolean,
  byteSize,
  environment,
  exitRule,
  filePath,
  folder,
  healthAccess,
  inetAddress,
  integer,
  logLevel,
  names,
  octal,
  owner,
  positiveSeconds,
  socketMode,
  socketPath,
  switchWord,
  text,
  word,
} from './values.ts';

const change = 'next start';

/** `[supervisord]` */
export const SUPERVISORD_OPTIONS = {
  minfds: stock({
    field: 'minFds',
    type: integer,
    default: '1024',
    help: 'Minimum number of file descriptors; the start fails below it.',
    change,
  }),
  minprocs: stock({
    field: 'minProcs',
    type: integer,
    default: '200',
    help: 'Minimum number of processes; the start fails below it.',
    change,
  }),
  directory: stock({
    field: 'directory',
    type: folder,
    help: 'Folder to change to in the background.',
    change,
    example: '/tmp',
  }),
  user: stock({
    field: 'user',
    type: text,
    help: 'User to become, by name or number.',
    change,
    example: 'supervisord',
  }),
  umask: stock({ field: 'umask', type: octal, default: '022', help: 'Umask of the daemon.', change }),
  logfile: stock({
    field: 'logfile',
    type: filePath,
    default: 'supervisord.log',
    help: "The daemon's own log.",
    change,
    example: '/tmp/supervisord.log',
  }),
  logfile_maxbytes: stock({
    field: 'logfileMaxBytes',
    type: byteSize,
    default: '50MB',
    help: 'Size at which the log rotates; 0 is never.',
    change,
  }),
  logfile_backups: stock({
    field: 'logfileBackups',
    type: integer,
    default: '10',
    help: 'How many rotated logs to keep.',
    change,
  }),
  loglevel: stock({
    field: 'logLevel',
    type: logLevel,
    default: 'info',
    help: 'critical, error, warn, info, debug, trace or blather.',
    change,
  }),
  pidfile: stock({
    field: 'pidfile',
    type: filePath,
    default: 'supervisord.pid',
    help: 'Where the pid is written.',
    change,
    example: '/tmp/supervisord.pid',
  }),
  identifier: stock({
    field: 'identifier',
    type: text,
    default: 'supervisor',
    help: 'Name of this daemon among others.',
    change,
  }),
  nodaemon: stock({
    field: 'nodaemon',
    type: boolean,
    default: 'false',
    help: 'Stay in the foreground.',
    change,
  }),
  silent: stock({
    field: 'silent',
    type: boolean,
    default: 'false',
    help: 'Do not log to stdout in the foreground.',
    change,
  }),
  childlogdir: stock({
    field: 'childLogDir',
    type: folder,
    help: 'Where AUTO logs are made; the folder for temporary files if not set.',
    change,
    example: '/tmp',
  }),
  nocleanup: stock({
    field: 'nocleanup',
    type: boolean,
    default: 'false',
    help: 'Keep old AUTO logs at the start.',
    change,
    example: 'true',
  }),
  strip_ansi: stock({
    field: 'stripAnsi',
    type: boolean,
    default: 'false',
    help: 'Drop ANSI escape sequences from child logs.',
    change,
  }),
  environment: stock({
    field: 'environment',
    type: environment,
    default: '',
    help: 'Variables for all processes, as KEY="value",KEY2="value2".',
    expansion: ['key'],
    example: 'KEY="value"',
  }),
  environment_quoting: extension({
    field: 'environmentQuoting',
    type: word('stock or posix', QUOTINGS),
    default: 'stock',
    help: 'How environment= reads quotes: stock drops them at the ends of a value and has no escapes, posix is as in a shell.',
    since: '0.2.0',
  }),
  [EXTENSIONS_KEY]: extension({
    field: 'extensions',
    type: switchWord,
    default: 'on',
    help: 'Read the keys that stock supervisord ignores; off ignores them as well.',
    change,
    since: '0.2.0',
  }),
  audit: extension({
    field: 'audit',
    type: switchWord,
    default: 'off',
    help: 'Log a line for each action of a client and each signal that changes something.',
    change: 'live',
    since: '0.2.0',
  }),
  exit_on: extension({
    field: 'exitOn',
    type: exitRule,
    default: 'never',
    help: 'The exit_on of programs that have none of their own.',
    change: 'restart',
    since: '0.2.0',
  }),
  memory_check_period: extension({
    field: 'memoryCheckSeconds',
    type: positiveSeconds,
    default: '15',
    help: 'Seconds between two looks at the memory of programs with memory_restart.',
    change,
    since: '0.2.0',
  }),
  exit_when_idle: extension({
    field: 'exitWhenIdle',
    type: boolean,
    default: 'false',
    help: 'Exit with status 0 when no program runs, waits or is scheduled.',
    change,
    since: '0.2.0',
  }),
  statedir: extension({
    field: 'stateDir',
    type: filePath,
    help: 'Folder for what the daemon remembers over restarts: disabled programs, and runs of programs with catch_up.',
    change,
    since: '0.2.0',
    example: '/var/lib/visord',
  }),
  stdout_logfile_format: extension({
    field: 'stdoutFormat',
    type: logFormat,
    default: 'raw',
    help: 'The stdout_logfile_format of programs that have none of their own.',
    change: 'restart',
    since: '0.2.0',
  }),
  stderr_logfile_format: extension({
    field: 'stderrFormat',
    type: logFormat,
    default: 'raw',
    help: 'The stderr_logfile_format of programs that have none of their own.',
    change: 'restart',
    since: '0.2.0',
  }),
  logfile_rotate: extension({
    field: 'logfileRotate',
    type: logRotation,
    default: 'never',
    help: 'When the log rotates, beside its size: never, hourly, daily, weekly, or a cron pattern.',
    change,
    since: '0.2.0',
    example: 'daily',
  }),
  logfile_compress: extension({
    field: 'logfileCompress',
    type: logCompression,
    default: 'none',
    help: 'How rotated logs from .2 on are compressed: none, gzip or zstd.',
    change,
    since: '0.2.0',
    example: 'gzip',
  }),
  logfile_maxage: extension({
    field: 'logfileMaxAge',
    type: age,
    default: '0',
    help: 'Age at which rotated logs are removed, as 14d; 0 is never.',
    change,
    since: '0.2.0',
    example: '14d',
  }),
  logfile_mode: extension({
    field: 'logfileMode',
    type: logMode,
    help: 'Permission bits of the log; those that the umask leaves if not set.',
    change,
    since: '0.2.0',
    example: '0640',
  }),
  logfile_owner: extension({
    field: 'logfileOwner',
    type: logOwner,
    help: 'Owner of the log, as user or user:group; the user of the daemon if not set.',
    change,
    since: '0.2.0',
    example: 'supervisord:adm',
  }),
} as const;

const CREDENTIAL_OPTIONS = {
  username: stock({
    field: 'username',
    type: text,
    help: 'User name that clients must give.',
    change,
    example: 'user',
  }),
  password: stock({
    field: 'password',
    type: text,
    help: 'Password that clients must give, plain or as {SHA} with the hex digest.',
    change,
    example: '123',
    check: (known, section, isWritten) => {
      const hasName = known('username') !== null || isWritten('username_file');
      const hasPassword = known('password') !== null || isWritten('password_file');
      if (hasName !== hasPassword) {
        throw new ConfigError(
          `Section [${section}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
        );
      }
    },
  }),
} as const;

/** The keys of both kinds of servers that the reference lacks. */
const SERVER_EXTENSIONS = {
  username_file: extension({
    field: 'usernameFile',
    type: credentialFile('username_file'),
    help: 'File with the user name, in place of username; read at the start, and with the configuration again.',
    change: 'live',
    since: '0.2.0',
    example: '/etc/supervisor/username',
    check: insteadOf('username', 'username_file'),
  }),
  password_file: extension({
    field: 'passwordFile',
    type: credentialFile('password_file'),
    help: 'File with the password, in place of password; read at the start, and with the configuration again.',
    change: 'live',
    since: '0.2.0',
    example: '/etc/supervisor/password',
    check: insteadOf('password', 'password_file'),
  }),
  max_body_bytes: extension({
    field: 'maxBodyBytes',
    type: byteSize,
    default: '1MB',
    help: 'Largest request that is read; a larger one is refused.',
    change,
    since: '0.1.0',
  }),
  allowed_hosts: extension({
    field: 'allowedHosts',
    type: names,
    default: '',
    help: 'Host names that requests may ask for, beside those of this machine; `*` is every name.',
    change,
    since: '0.2.0',
    example: 'supervisor.example.com,*.example.org',
  }),
  healthz: extension({
    field: 'healthz',
    type: healthAccess,
    default: 'private',
    help: 'Whether GET /healthz needs the user name and password of the server (private), or not (public).',
    change,
    since: '0.2.0',
  }),
} as const;

/** `[unix_http_server]` */
export const UNIX_SERVER_OPTIONS = {
  file: stock({
    field: 'file',
    type: socketPath,
    missing: 'section [{section}] has no file value',
    help: 'Path of the socket.',
    change,
    example: '/tmp/supervisor.sock',
  }),
  ...CREDENTIAL_OPTIONS,
  chown: stock({
    field: 'owner',
    type: owner,
    help: 'Owner of the socket, as user or user:group.',
    change,
    example: 'nobody:nogroup',
  }),
  chmod: stock({
    field: 'mode',
    type: socketMode,
    default: '0700',
    help: 'Permission bits of the socket.',
    change,
  }),
  ...SERVER_EXTENSIONS,
  uid: extension({
    field: 'peerUids',
    type: userIds,
    default: '',
    help: 'Users whose processes may use the server, beside those of gid; all others get HTTP 403. Without both, all may.',
    change: 'live',
    since: '0.2.0',
    example: 'deploy,1000',
  }),
  gid: extension({
    field: 'peerGids',
    type: groupIds,
    default: '',
    help: 'Groups whose members may use the server, beside the users of uid.',
    change: 'live',
    since: '0.2.0',
    example: 'staff',
  }),
} as const;

/** `[inet_http_server]` */
export const INET_SERVER_OPTIONS = {
  ...CREDENTIAL_OPTIONS,
  port: stock({
    field: '*',
    type: inetAddress,
    missing: 'section [{section}] has no port value',
    help: 'Address to listen on: port, host:port, *:port or [IPv6]:port.',
    change,
    example: '127.0.0.1:9001',
  }),
  ...SERVER_EXTENSIONS,
  ...TLS_OPTIONS,
} as const;
