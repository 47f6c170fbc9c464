/**
 * Differences in the other commands of the package.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const COMMAND_DIFFERENCES = {
  'complete-sample': {
    kind: 'addition',
    supervisord: 'echo_supervisord_conf leaves some keys out.',
    visord: 'The sample has every key of every section, those of visord included.',
    why: 'The sample is where users look for a key.',
    since: '0.1.0',
  },
  'pidproxy-missing-command': {
    kind: 'better',
    supervisord: 'pidproxy prints nothing about a command that cannot be run.',
    visord: 'pidproxy names the command and the reason.',
    why: 'The log of the program shows why it does not start.',
    since: '0.1.0',
  },
  'pidproxy-gone-pid': {
    kind: 'error',
    supervisord: 'pidproxy ends with a traceback when the process of the pidfile is gone.',
    visord: 'pidproxy names the process that it cannot signal.',
    why: 'A user needs the pid.',
    since: '0.1.0',
  },
  'client-errors': {
    kind: 'error',
    supervisord:
      'supervisorctl prints a Python exception for some servers that it cannot use: a socket without permission, a server that is not a supervisord, an answer that breaks off.',
    visord: 'Its own supervisorctl prints the reason, with the same exit code.',
    why: 'A user needs the reason.',
    since: '0.1.0',
  },
  'silent-server': {
    kind: 'better',
    supervisord: 'supervisorctl waits for ever for a server that does not answer.',
    visord:
      'Its own supervisorctl gives up after 60 seconds of silence, and after 20 in a TLS handshake; a start or a stop is awaited.',
    why: 'A script can go on, or report it.',
    since: '0.1.0',
  },
  'mistyped-option': {
    kind: 'stricter',
    supervisord:
      'supervisorctl restart --roling web reads --roling as a name, reports it as unknown, and restarts web.',
    visord: 'Its own supervisorctl prints the nearest option, does nothing, and exits with 2.',
    why: 'The user meant something else.',
    since: '0.2.0',
  },
  'update-by-process': {
    kind: 'better',
    supervisord: 'supervisorctl update restarts every process of a group in which anything differs.',
    visord:
      'Its own supervisorctl restarts only the processes that differ, and keys that need no restart change while they run; the stock client updates by group here, too.',
    why: 'A new size of a log need not stop fifty workers.',
    since: '0.2.0',
  },
} as const satisfies Differences;
