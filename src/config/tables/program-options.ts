/**
 * The keys of the sections that describe processes, and of those that bring in files and plugins.
 *
 * The order of the rows is the order in which the reference finds what is wrong; extensions stand behind.
 *
 * @module
 */
import { backlog, NO_SOCKET, socketAddress } from './fcgi-values.ts';
import {
  bufferSize,
  DEFAULT_RESULT_HANDLER,
  eventTypes,
  NO_EVENTS,
  resultHandler,
  separateStderr,
} from './listener-values.ts';
import { stock } from './option.ts';
import { factoryName } from './plugin-spec.ts';
import { CHECK_OPTIONS } from './program/checks.ts';
import {
  CHILD_CONTEXT_OPTIONS,
  COMMAND_OPTIONS,
  IDENTITY_OPTIONS,
  NAME_OPTIONS,
  NUMBER_OPTIONS,
} from './program/command.ts';
import { DEPENDENCY_OPTIONS } from './program/dependencies.ts';
import { ENVIRONMENT_FILE_OPTIONS } from './program/environment-files.ts';
import { EXIT_POLICY_OPTIONS } from './program/exit-policy.ts';
import { HOOK_OPTIONS } from './program/hooks.ts';
import { LIFECYCLE_OPTIONS } from './program/lifecycle.ts';
import { LIMIT_OPTIONS } from './program/limits.ts';
import { LISTEN_OPTIONS } from './program/listen.ts';
import {
  CAPTURE_OPTIONS,
  LOG_FILE_OPTIONS,
  LOG_FORMAT_OPTIONS,
  LOG_OPTIONS,
  REDIRECTION_OPTIONS,
  SYSLOG_OPTIONS,
} from './program/output.ts';
import { PLACEMENT_OPTIONS } from './program/placement.ts';
import { RESOURCE_OPTIONS } from './program/resources.ts';
import { RESTART_MODE_OPTIONS } from './program/restart-mode.ts';
import { RESTART_OPTIONS } from './program/restarts.ts';
import { SCALE_OPTIONS } from './program/scale.ts';
import { SCHEDULE_OPTIONS } from './program/schedule.ts';
import { WATCH_OPTIONS } from './program/watch.ts';
import { fcgiSocketMode, fcgiSocketOwner, integer, names, text } from './values.ts';

/** `[program:x]` */
export const PROGRAM_OPTIONS = {
  ...LIFECYCLE_OPTIONS,
  ...REDIRECTION_OPTIONS,
  ...NUMBER_OPTIONS,
  ...CAPTURE_OPTIONS,
  ...IDENTITY_OPTIONS,
  ...NAME_OPTIONS,
  ...CHILD_CONTEXT_OPTIONS,
  ...LOG_OPTIONS,
  ...COMMAND_OPTIONS,
  ...RESTART_OPTIONS,
  ...DEPENDENCY_OPTIONS,
  ...HOOK_OPTIONS,
  ...EXIT_POLICY_OPTIONS,
  ...CHECK_OPTIONS,
  ...ENVIRONMENT_FILE_OPTIONS,
  ...LIMIT_OPTIONS,
  ...RESOURCE_OPTIONS,
  ...LOG_FORMAT_OPTIONS,
  ...LOG_FILE_OPTIONS,
  ...SYSLOG_OPTIONS,
  ...SCHEDULE_OPTIONS,
  ...LISTEN_OPTIONS,
  ...RESTART_MODE_OPTIONS,
  ...WATCH_OPTIONS,
  ...SCALE_OPTIONS,
  ...PLACEMENT_OPTIONS,
} as const;

/** `[group:x]` */
export const GROUP_OPTIONS = {
  programs: stock({
    field: null,
    type: names,
    default: '',
    help: 'The programs in the group.',
    example: 'progname1,progname2',
  }),
  priority: stock({
    field: 'priority',
    type: integer,
    default: '999',
    help: 'Lower starts first and stops last.',
    change: 'live',
  }),
} as const;

/** What an `[eventlistener:x]` has beside the keys of a program, and those of them that it reads differently. */
export const POOL_OPTIONS = {
  priority: stock({
    field: 'priority',
    type: integer,
    default: '-1',
    help: 'Lower starts first and stops last.',
    change: 'live',
  }),
  buffer_size: stock({
    field: 'pool.bufferSize',
    type: bufferSize,
    default: '10',
    help: 'How many events may wait for a listener.',
  }),
  result_handler: stock({
    field: 'pool.resultHandler',
    type: resultHandler,
    default: DEFAULT_RESULT_HANDLER,
    help: 'Function that decides whether an answer of a listener accepts or refuses the event.',
  }),
  events: stock({
    field: 'pool.events',
    type: eventTypes,
    missing: NO_EVENTS,
    help: 'Event types to listen to.',
    example: 'EVENT',
  }),
  redirect_stderr: stock({
    field: null,
    type: separateStderr,
    default: 'false',
    help: 'Send stderr where stdout goes.',
  }),
} as const;

/** `[eventlistener:x]` */
export const EVENT_LISTENER_OPTIONS = { ...PROGRAM_OPTIONS, ...POOL_OPTIONS } as const;

/** What an `[fcgi-program:x]` has beside the keys of a program. */
export const FCGI_SOCKET_OPTIONS = {
  socket_backlog: stock({
    field: 'backlog',
    type: backlog,
    help: 'How many connections may wait.',
    example: '128',
  }),
  socket_owner: stock({
    field: 'owner',
    type: fcgiSocketOwner,
    help: 'Owner of a unix socket, as user or user:group.',
    example: 'chrism',
  }),
  socket_mode: stock({
    field: 'mode',
    type: fcgiSocketMode,
    help: 'Permission bits of a unix socket.',
    example: '0700',
  }),
  socket: stock({
    field: '*',
    type: socketAddress,
    missing: NO_SOCKET,
    help: 'The socket that the processes share: unix:///path or tcp://host:port.',
    example: 'unix:///tmp/example.socket',
  }),
} as const;

/** `[fcgi-program:x]` */
export const FCGI_PROGRAM_OPTIONS = { ...PROGRAM_OPTIONS, ...FCGI_SOCKET_OPTIONS } as const;

/** `[include]` */
export const INCLUDE_OPTIONS = {
  files: stock({
    field: null,
    type: text,
    missing: '.ini file has [include] section, but no files setting',
    help: 'Files to read as well: patterns with blanks between, relative to this file.',
    change: 'live',
    example: 'relative/directory/*.ini',
  }),
} as const;

/** `[rpcinterface:x]` and `[ctlplugin:x]`: any other key is handed to the factory. */
export const RPC_INTERFACE_OPTIONS = {
  'supervisor.rpcinterface_factory': stock({
    field: 'factory',
    type: factoryName,
    missing: 'section [{section}] does not specify a supervisor.rpcinterface_factory',
    help: 'Function that makes the interface.',
    change: 'next start',
    example: 'my.package:make_rpcinterface',
  }),
} as const;
