/**
 * The keys of the sections that describe the daemon, its servers and its client.
 *
 * @module
 */
import { option } from './option.ts';
import {
  boolean,
  byteSize,
  environment,
  filePath,
  folder,
  inetAddress,
  integer,
  logLevel,
  octal,
  owner,
  socketMode,
  text,
} from './values.ts';

/** `[supervisord]` */
export const SUPERVISORD_OPTIONS = {
  logfile: option(filePath, 'supervisord.log', "The daemon's own log."),
  logfile_maxbytes: option(byteSize, '50MB', 'Size at which the log rotates; 0 is never.'),
  logfile_backups: option(integer, '10', 'How many rotated logs to keep.'),
  loglevel: option(logLevel, 'info', 'critical, error, warn, info, debug, trace or blather.'),
  pidfile: option(filePath, 'supervisord.pid', 'Where the pid is written.'),
  umask: option(octal, '022', 'Umask of the daemon.'),
  nodaemon: option(boolean, 'false', 'Stay in the foreground.'),
  silent: option(boolean, 'false', 'Do not log to stdout in the foreground.'),
  minfds: option(integer, '1024', 'How many file descriptors there must be.'),
  minprocs: option(integer, '200', 'How many processes there must be.'),
  nocleanup: option(boolean, 'false', 'Keep old AUTO logs at the start.'),
  childlogdir: option(folder, null, 'Where AUTO logs are made; the folder for temporary files if not set.'),
  user: option(text, null, 'User to become, by name or number.'),
  directory: option(folder, null, 'Folder to change to in the background.'),
  strip_ansi: option(boolean, 'false', 'Drop ANSI escape sequences from child logs.'),
  environment: option(environment, '', 'Variables for all processes, as KEY="value",KEY2="value2".'),
  identifier: option(text, 'supervisor', 'Name of this daemon among others.'),
} as const;

/** `[unix_http_server]` */
export const UNIX_SERVER_OPTIONS = {
  file: option(text, null, 'Path of the socket.'),
  chmod: option(socketMode, '0700', 'Permission bits of the socket.'),
  chown: option(owner, null, 'Owner of the socket, as user or user:group.'),
  username: option(text, null, 'Name that clients must give.'),
  password: option(text, null, 'Password that clients must give, plain or as {SHA} with the hex digest.'),
  max_body_bytes: option(byteSize, '1MB', 'Largest request that is read; a larger one is refused.'),
} as const;

/** `[inet_http_server]` */
export const INET_SERVER_OPTIONS = {
  port: option(inetAddress, null, 'Address to listen on: port, host:port, *:port or [IPv6]:port.'),
  username: UNIX_SERVER_OPTIONS.username,
  password: UNIX_SERVER_OPTIONS.password,
  max_body_bytes: UNIX_SERVER_OPTIONS.max_body_bytes,
} as const;

/** `[supervisorctl]`; the daemon does not look at it. */
export const SUPERVISORCTL_OPTIONS = {
  serverurl: option(
    text,
    'http://localhost:9001',
    'Address of the daemon: unix:///path or http://host:port.',
  ),
  username: option(text, null, 'Name to give to the daemon.'),
  password: option(text, null, 'Password to give to the daemon.'),
  prompt: option(text, 'supervisor', 'Prompt of the interactive client.'),
  history_file: option(text, null, 'Where the lines that were typed are kept.'),
} as const;
