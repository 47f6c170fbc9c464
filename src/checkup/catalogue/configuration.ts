/**
 * Differences in how configuration files are read.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const CONFIGURATION_DIFFERENCES = {
  'ipv6-address': {
    kind: 'better',
    supervisord: 'port=[::1]:9001 cannot be used: the address is looked up with its brackets.',
    visord: 'port=[::1]:9001 listens on an IPv6 address.',
    why: 'A host with IPv6 only needs an address that it can reach.',
    since: '0.1.0',
  },
  'fcgi-all-addresses': {
    kind: 'better',
    supervisord: 'In socket=tcp://*:9000 the star is looked up as the name of a host.',
    visord: 'socket=tcp://*:9000 listens on all addresses.',
    why: 'The star means all addresses in port= of the inet server.',
    since: '0.1.0',
  },
  'number-above-32-bits': {
    kind: 'error',
    supervisord: 'A priority or a size above 32 bits makes getAllConfigInfo answer HTTP 500.',
    visord: 'getAllConfigInfo reports such a number as 2147483647.',
    why: 'XML-RPC has 32-bit integers only, and one value made the whole answer fail.',
    since: '0.1.0',
  },
  'ascii-digits': {
    kind: 'stricter',
    supervisord: 'Numbers may be written in the digits of any script.',
    visord: 'Numbers are written in the digits 0 to 9.',
    why: 'Other digits are a mistake of an editor or a keyboard.',
    since: '0.1.0',
  },
  'empty-log-name': {
    kind: 'better',
    supervisord: 'stdout_logfile= without a value is a log with an empty name.',
    visord: 'stdout_logfile= without a value means no log, as NONE does.',
    why: 'A log with an empty name cannot be opened.',
    since: '0.1.0',
  },
  'process-twice-in-group': {
    kind: 'better',
    supervisord: 'Of two processes with one name in a group, one runs, and both are listed.',
    visord: 'A group has one process of each name, the last one.',
    why: 'The second one could not be started, stopped or asked about.',
    since: '0.1.0',
  },
  'signal-constants': {
    kind: 'stricter',
    supervisord: 'Every constant of Python whose name starts with SIG is a signal, for example SIG_BLOCK.',
    visord: 'Only signals are signals.',
    why: 'The other constants have the numbers of signals that were not asked for, or 0.',
    since: '0.1.0',
  },
  'nul-in-value': {
    kind: 'better',
    supervisord: 'A NUL byte in a value is passed on in XML-RPC, which clients cannot read.',
    visord: 'A NUL byte in a value is shown as a replacement character.',
    why: 'XML cannot carry a NUL; one value made the whole answer unreadable.',
    since: '0.1.0',
  },
  'byte-order-mark': {
    kind: 'better',
    supervisord: 'A file that starts with a byte order mark is refused: it has no section headers.',
    visord: 'A byte order mark at the start of a file is skipped.',
    why: 'Editors on Windows write one.',
    since: '0.1.0',
  },
  'nameless-conversion-order': {
    kind: 'better',
    supervisord: 'A percent sign followed by a blank can print all names that a value may use, in one order.',
    visord: 'The same text prints the names in another order.',
    why: 'The order is that of a hash table and has no meaning; such a text is a mistake.',
    since: '0.1.0',
  },
  'growing-variable': {
    kind: 'better',
    supervisord: 'PATH="/opt:%(ENV_PATH)s" in environment= of [supervisord] grows at every reread.',
    visord: 'A variable that names itself has the same value at every reread.',
    why: 'Each reread made every program look changed, and restarted it.',
    since: '0.1.0',
  },
  'user-at-reread': {
    kind: 'better',
    supervisord: 'A reread accepts a user= of [supervisord] that does not exist.',
    visord: 'A reread refuses it, as the next start would.',
    why: 'The mistake is found before the next start of the machine fails.',
    since: '0.1.0',
  },
  'supervisord-environment-percent': {
    kind: 'newer',
    supervisord: 'Before 4.3.0, %% in environment= of [supervisord] is an error.',
    visord: '%% is a percent sign there, as in other values.',
    why: 'visord behaves as supervisord 4.3.0.',
    since: '0.1.0',
  },
  'supervisord-environment-error': {
    kind: 'newer',
    supervisord: 'Before 4.3.0, the error about an unknown name there names supervisord.environment.',
    visord: 'The error names environment.',
    why: 'visord behaves as supervisord 4.3.0.',
    since: '0.1.0',
  },
  'python-modules': {
    kind: 'stricter',
    supervisord: 'Factories of [rpcinterface:x] and result_handler= are Python modules.',
    visord:
      'They are JavaScript modules; known Python packages are built in. The error for others names this.',
    why: 'visord has no Python interpreter.',
    since: '0.1.0',
  },
  'rpc-interface-error': {
    kind: 'error',
    supervisord:
      'A factory of [rpcinterface:x] that does not take its options ends the start with a traceback.',
    visord: 'The error names the options that the factory does not take.',
    why: 'A user needs the name of the option.',
    since: '0.1.0',
  },
  'socket-path-folder': {
    kind: 'better',
    supervisord: 'A file= of [unix_http_server] that is a folder makes the start try for ever to remove it.',
    visord: 'The start fails with an error.',
    why: 'A start that never ends is not reported by any tool.',
    since: '0.1.0',
  },
  'socket-path-file': {
    kind: 'better',
    supervisord: 'Any file at the path of a socket is deleted.',
    visord: 'Only sockets are replaced; another file is an error.',
    why: 'A mistyped path deleted the file of another program.',
    since: '0.1.0',
  },
  'broken-file-at-reload': {
    kind: 'better',
    supervisord: 'SIGHUP and reload with a file that cannot be used stop all programs, and the daemon exits.',
    visord: 'The reload is refused with an error in the main log, and everything keeps running.',
    why: 'A mistyped key stopped a whole machine.',
    since: '0.1.0',
  },
  'include-without-end': {
    kind: 'better',
    supervisord: 'An included FIFO or endless device makes the start and reread wait for ever.',
    visord: 'An included FIFO or endless device is an error that names it.',
    why: 'A daemon that waits there answers no client and watches no program.',
    since: '0.1.0',
  },
  'wide-format': {
    kind: 'stricter',
    supervisord: 'The width in %(process_num)0900000d is as large as memory allows.',
    visord: 'A width or precision above 4096 is an error, and so is a value that expands to more than 1 MB.',
    why: 'With numprocs, one typing error takes all memory of the machine.',
    since: '0.1.0',
  },
} as const satisfies Differences;
