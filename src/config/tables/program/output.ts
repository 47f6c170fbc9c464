/**
 * The keys of a program that decide where its output goes.
 *
 * @module
 */
import { age, logCompression, logMode, logOwner, logRotation } from '../log-file-values.ts';
import { logFormat } from '../log-formats.ts';
import { extension, stock } from '../option.ts';
import { syslogFacility, syslogPriority, syslogTag } from '../syslog-values.ts';
import { boolean, byteSize, integer, logFile } from '../values.ts';

export const REDIRECTION_OPTIONS = {
  redirect_stderr: stock({
    field: 'redirectStderr',
    type: boolean,
    default: 'false',
    help: 'Send stderr where stdout goes.',
    example: 'true',
  }),
} as const;

export const CAPTURE_OPTIONS = {
  stdout_capture_maxbytes: stock({
    field: 'stdout.captureMaxBytes',
    type: byteSize,
    default: '0',
    help: 'Size of the stdout capture buffer; 0 turns capturing off.',
    example: '1MB',
    change: 'live',
  }),
  stdout_events_enabled: stock({
    field: 'stdout.eventsEnabled',
    type: boolean,
    default: 'false',
    help: 'Emit PROCESS_LOG_STDOUT events.',
    change: 'live',
  }),
  stderr_capture_maxbytes: stock({
    field: 'stderr.captureMaxBytes',
    type: byteSize,
    default: '0',
    help: 'Size of the stderr capture buffer; 0 turns capturing off.',
    example: '1MB',
    change: 'live',
  }),
  stderr_events_enabled: stock({
    field: 'stderr.eventsEnabled',
    type: boolean,
    default: 'false',
    help: 'Emit PROCESS_LOG_STDERR events.',
    change: 'live',
  }),
} as const;

/** The reference expands the names of logs twice. */
const TWICE = ['section.key', 'key'] as const;

export const LOG_OPTIONS = {
  stdout_logfile: stock({
    field: 'stdout.logfile',
    type: logFile,
    default: 'AUTO',
    help: 'Where stdout is logged: a path, AUTO or NONE; visord also takes syslogs of other machines, and several places separated by commas.',
    scope: 'process',
    expansion: TWICE,
    example: '/a/path',
    change: 'live',
  }),
  stdout_logfile_backups: stock({
    field: 'stdout.backups',
    type: integer,
    default: '10',
    help: 'How many rotated stdout logs to keep.',
    scope: 'process',
    change: 'live',
  }),
  stdout_logfile_maxbytes: stock({
    field: 'stdout.maxBytes',
    type: byteSize,
    default: '50MB',
    help: 'Size at which the stdout log rotates; 0 is never.',
    scope: 'process',
    example: '1MB',
    change: 'live',
  }),
  stdout_syslog: stock({
    field: 'stdout.syslog',
    type: boolean,
    default: 'false',
    help: 'Send stdout to syslog as well.',
    scope: 'process',
    change: 'live',
  }),
  stderr_logfile: stock({
    field: 'stderr.logfile',
    type: logFile,
    default: 'AUTO',
    help: 'Where stderr is logged: a path, AUTO or NONE; visord also takes syslogs of other machines, and several places separated by commas.',
    scope: 'process',
    expansion: TWICE,
    example: '/a/path',
    change: 'live',
  }),
  stderr_logfile_backups: stock({
    field: 'stderr.backups',
    type: integer,
    default: '10',
    help: 'How many rotated stderr logs to keep.',
    scope: 'process',
    change: 'live',
  }),
  stderr_logfile_maxbytes: stock({
    field: 'stderr.maxBytes',
    type: byteSize,
    default: '50MB',
    help: 'Size at which the stderr log rotates; 0 is never.',
    scope: 'process',
    example: '1MB',
    change: 'live',
  }),
  stderr_syslog: stock({
    field: 'stderr.syslog',
    type: boolean,
    default: 'false',
    help: 'Send stderr to syslog as well.',
    scope: 'process',
    change: 'live',
  }),
} as const;

/** They stand behind the keys of the reference. */
export const LOG_FORMAT_OPTIONS = {
  stdout_logfile_format: extension({
    field: 'stdout.format',
    type: logFormat,
    defaultFrom: 'supervisord.stdout_logfile_format',
    help: 'How lines are written to the stdout log: raw, text (with time and name) or json.',
    since: '0.2.0',
    scope: 'section',
    example: 'json',
    change: 'live',
  }),
  stderr_logfile_format: extension({
    field: 'stderr.format',
    type: logFormat,
    defaultFrom: 'supervisord.stderr_logfile_format',
    help: 'How lines are written to the stderr log: raw, text (with time and name) or json.',
    since: '0.2.0',
    scope: 'section',
    example: 'json',
    change: 'live',
  }),
} as const;

const KEPT = { since: '0.2.0', scope: 'section', change: 'live' } as const;

/** How log files are kept. */
export const LOG_FILE_OPTIONS = {
  stdout_logfile_rotate: extension({
    ...KEPT,
    field: 'stdout.rotate',
    type: logRotation,
    default: 'never',
    help: 'When the stdout log rotates, beside its size: never, hourly, daily, weekly, or a cron pattern.',
    example: 'daily',
  }),
  stdout_logfile_compress: extension({
    ...KEPT,
    field: 'stdout.compress',
    type: logCompression,
    default: 'none',
    help: 'How rotated stdout logs from .2 on are compressed: none, gzip or zstd.',
    example: 'gzip',
  }),
  stdout_logfile_maxage: extension({
    ...KEPT,
    field: 'stdout.maxAge',
    type: age,
    default: '0',
    help: 'Age at which rotated stdout logs are removed, for example 14d; 0 is never.',
    example: '14d',
  }),
  stdout_logfile_mode: extension({
    ...KEPT,
    field: 'stdout.mode',
    type: logMode,
    help: 'Permission bits of the stdout log; those that the umask leaves if not set.',
    example: '0640',
  }),
  stdout_logfile_owner: extension({
    ...KEPT,
    field: 'stdout.owner',
    type: logOwner,
    help: 'Owner of the stdout log, as user or user:group; the user of the daemon if not set.',
    example: 'app:adm',
  }),
  stderr_logfile_rotate: extension({
    ...KEPT,
    field: 'stderr.rotate',
    type: logRotation,
    default: 'never',
    help: 'When the stderr log rotates, beside its size: never, hourly, daily, weekly, or a cron pattern.',
    example: 'daily',
  }),
  stderr_logfile_compress: extension({
    ...KEPT,
    field: 'stderr.compress',
    type: logCompression,
    default: 'none',
    help: 'How rotated stderr logs from .2 on are compressed: none, gzip or zstd.',
    example: 'gzip',
  }),
  stderr_logfile_maxage: extension({
    ...KEPT,
    field: 'stderr.maxAge',
    type: age,
    default: '0',
    help: 'Age at which rotated stderr logs are removed, for example 14d; 0 is never.',
    example: '14d',
  }),
  stderr_logfile_mode: extension({
    ...KEPT,
    field: 'stderr.mode',
    type: logMode,
    help: 'Permission bits of the stderr log; those that the umask leaves if not set.',
    example: '0640',
  }),
  stderr_logfile_owner: extension({
    ...KEPT,
    field: 'stderr.owner',
    type: logOwner,
    help: 'Owner of the stderr log, as user or user:group; the user of the daemon if not set.',
    example: 'app:adm',
  }),
} as const;

/** What messages to a syslog have in front of them. */
export const SYSLOG_OPTIONS = {
  syslog_facility: extension({
    ...KEPT,
    field: 'syslog.facility',
    type: syslogFacility,
    default: 'user',
    help: 'Facility of the messages of the program in a syslog.',
    example: 'local0',
  }),
  syslog_tag: extension({
    ...KEPT,
    scope: 'process',
    field: 'syslog.tag',
    type: syslogTag,
    help: 'Name of the program in a syslog; if not set, it is supervisord, and each line begins with the name of the process.',
    example: 'web',
  }),
  stdout_syslog_priority: extension({
    ...KEPT,
    field: 'syslog.stdoutPriority',
    type: syslogPriority,
    default: 'info',
    help: 'Priority of stdout in a syslog.',
    example: 'notice',
  }),
  stderr_syslog_priority: extension({
    ...KEPT,
    field: 'syslog.stderrPriority',
    type: syslogPriority,
    default: 'info',
    help: 'Priority of stderr in a syslog.',
    example: 'err',
  }),
} as const;
