/**
 * The keys of the sections that describe processes, and of those that bring in files and plugins.
 *
 * @module
 */
import { option } from './option.ts';
import {
  autoRestart,
  backlog,
  boolean,
  byteSize,
  environment,
  exitCodes,
  fcgiSocketMode,
  fcgiSocketOwner,
  integer,
  logFile,
  names,
  octal,
  signal,
  text,
  user,
} from './values.ts';

/** `[program:x]` */
export const PROGRAM_OPTIONS = {
  command: option(
    text,
    null,
    'The command to run, with its arguments; quotes and backslashes as in a POSIX shell.',
  ),
  process_name: option(
    text,
    '%(program_name)s',
    'Name of a process; needs %(process_num)s where numprocs is above 1.',
  ),
  numprocs: option(integer, '1', 'How many processes to run.'),
  numprocs_start: option(integer, '0', 'The number that the first process_num has.'),
  priority: option(integer, '999', 'Lower starts first and stops last.'),
  autostart: option(boolean, 'true', 'Start with the daemon.'),
  startsecs: option(integer, '1', 'Seconds that a process must stay up to count as started.'),
  startretries: option(integer, '3', 'Failed starts in a row before the process is given up.'),
  autorestart: option(
    autoRestart,
    'unexpected',
    'Start again after an exit: always, never, or after unexpected exit codes.',
  ),
  exitcodes: option(exitCodes, '0', 'Exit codes that are expected.'),
  stopsignal: option(signal, 'TERM', 'Signal that asks the process to stop.'),
  stopwaitsecs: option(integer, '10', 'Seconds to wait for the stop before SIGKILL.'),
  stopasgroup: option(boolean, 'false', 'Send the stop signal to the whole process group.'),
  killasgroup: option(boolean, null, 'Send SIGKILL to the whole process group; as stopasgroup if not set.'),
  user: option(user, null, 'User to run as, by name or number.'),
  redirect_stderr: option(boolean, 'false', 'Send stderr where stdout goes.'),
  stdout_logfile: option(logFile, 'AUTO', 'Where stdout is logged: a path, AUTO or NONE.'),
  stdout_logfile_maxbytes: option(byteSize, '50MB', 'Size at which the stdout log rotates; 0 is never.'),
  stdout_logfile_backups: option(integer, '10', 'How many rotated stdout logs to keep.'),
  stdout_capture_maxbytes: option(byteSize, '0', 'Size of the stdout capture buffer; 0 turns capturing off.'),
  stdout_events_enabled: option(boolean, 'false', 'Emit PROCESS_LOG_STDOUT events.'),
  stdout_syslog: option(boolean, 'false', 'Send stdout to syslog as well.'),
  stderr_logfile: option(logFile, 'AUTO', 'Where stderr is logged: a path, AUTO or NONE.'),
  stderr_logfile_maxbytes: option(byteSize, '50MB', 'Size at which the stderr log rotates; 0 is never.'),
  stderr_logfile_backups: option(integer, '10', 'How many rotated stderr logs to keep.'),
  stderr_capture_maxbytes: option(byteSize, '0', 'Size of the stderr capture buffer; 0 turns capturing off.'),
  stderr_events_enabled: option(boolean, 'false', 'Emit PROCESS_LOG_STDERR events.'),
  stderr_syslog: option(boolean, 'false', 'Send stderr to syslog as well.'),
  environment: option(environment, '', 'Variables to add, as KEY="value",KEY2="value2".'),
  directory: option(text, null, 'Folder to change to before the command runs.'),
  umask: option(octal, null, 'Umask of the process.'),
  serverurl: option(text, 'AUTO', 'Value of SUPERVISOR_SERVER_URL; AUTO is an address of the daemon.'),
} as const;

/** `[group:x]` */
export const GROUP_OPTIONS = {
  programs: option(names, '', 'The programs in the group.'),
  priority: option(integer, '999', 'Lower starts first and stops last.'),
} as const;

/** `[eventlistener:x]` */
export const EVENT_LISTENER_OPTIONS = {
  ...PROGRAM_OPTIONS,
  priority: option(integer, '-1', 'Lower starts first and stops last.'),
  buffer_size: option(integer, '10', 'How many events may wait for a listener.'),
  events: option(names, null, 'Event types to listen to.'),
  result_handler: option(
    text,
    'supervisor.dispatchers:default_handler',
    'What judges the answer of a listener.',
  ),
} as const;

/** `[fcgi-program:x]` */
export const FCGI_PROGRAM_OPTIONS = {
  ...PROGRAM_OPTIONS,
  socket: option(text, null, 'The socket that the processes share: unix:///path or tcp://host:port.'),
  socket_owner: option(fcgiSocketOwner, null, 'Owner of a unix socket, as user or user:group.'),
  socket_mode: option(fcgiSocketMode, null, 'Permission bits of a unix socket.'),
  socket_backlog: option(backlog, null, 'How many connections may wait.'),
} as const;

/** `[include]` */
export const INCLUDE_OPTIONS = {
  files: option(text, null, 'Files to read as well: patterns with blanks between, relative to this file.'),
} as const;

/** `[rpcinterface:x]` and `[ctlplugin:x]`: any other key is handed to the factory. */
export const RPC_INTERFACE_OPTIONS = {
  'supervisor.rpcinterface_factory': option(text, null, 'What makes the interface.'),
} as const;

export const CTL_PLUGIN_OPTIONS = {
  'supervisor.ctl_factory': option(text, null, 'What makes the plugin.'),
} as const;
