/**
 * Differences in how programs and the daemon run.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const PROCESS_DIFFERENCES = {
  adoption: {
    kind: 'better',
    supervisord: 'Programs that outlive a killed daemon run on; the next daemon starts each a second time.',
    visord: 'The next daemon takes over the programs that still run.',
    why: 'Two copies of a program share a port, a queue or a database file.',
    since: '0.1.0',
  },
  'output-without-daemon': {
    kind: 'better',
    supervisord: 'What a program writes after its daemon was killed is lost, and the program gets SIGPIPE.',
    visord: 'Such output waits in the pipe, and the next daemon logs it.',
    why: 'The last lines before a crash are those that are needed.',
    since: '0.1.0',
  },
  'restart-at-once': {
    kind: 'better',
    supervisord: 'A program that exits is started again at the next second.',
    visord: 'A program that exits is started again at once.',
    why: 'A second without the program is not needed.',
    since: '0.1.0',
  },
  'clock-change': {
    kind: 'better',
    supervisord: 'startsecs and stopwaitsecs follow the clock: one that is set forward ends them early.',
    visord: 'Both are measured on a clock that nothing sets.',
    why: 'A correction of the clock killed programs that were stopping properly.',
    since: '0.1.0',
  },
  'stdout-of-user': {
    kind: 'better',
    supervisord: 'With user= a program cannot open /dev/stdout or /dev/stderr: the pipe belongs to root.',
    visord: 'A program of any user can open both.',
    why: 'Programs in containers write their logs to /dev/stdout.',
    since: '0.1.0',
  },
  'late-grandchildren': {
    kind: 'better',
    supervisord: 'What grandchildren write after the program has exited is lost.',
    visord: 'Their output is read to its end.',
    why: 'Background jobs of a script often write last.',
    since: '0.1.0',
  },
  'unwritable-log': {
    kind: 'better',
    supervisord: 'A log that cannot be written is reported in the main log only.',
    visord: 'The description of the program in status reports it as well.',
    why: 'A full disk shows where a user looks first.',
    since: '0.1.0',
  },
  'unopenable-log': {
    kind: 'better',
    supervisord: 'A program whose log cannot be opened is not started, and becomes FATAL.',
    visord:
      'It is started, and its log is opened as soon as it can be; the main log and the description in status report it.',
    why: 'A wrong permission of a log, or a full disk, need not stop a service.',
    since: '0.1.0',
  },
  'service-manager-variables': {
    kind: 'better',
    supervisord: 'Programs inherit NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the daemon.',
    visord:
      'The daemon uses these variables itself, and programs do not inherit them; %(ENV_NOTIFY_SOCKET)s has the value.',
    why: 'systemd expects reports of the daemon, and refuses those of its programs.',
    since: '0.2.0',
  },
  'start-errors': {
    kind: 'error',
    supervisord: 'Some mistakes end the start with a traceback and exit code 1.',
    visord: 'They end it with a sentence and exit code 2.',
    why: 'A user needs the name of the file and the reason.',
    since: '0.1.0',
  },
  'dump-config': {
    kind: 'addition',
    supervisord: 'The effective configuration cannot be printed.',
    visord: 'supervisord --dump-config prints it, and -h lists the flag.',
    why: 'It shows every default and every expansion.',
    since: '0.1.0',
  },
  'search-warning': {
    kind: 'addition',
    supervisord:
      'The warning about a file that was searched as root is one of Python, which PYTHONWARNINGS turns off.',
    visord: 'The warning is always printed.',
    why: 'The comparison runs with PYTHONWARNINGS=ignore, where only visord prints it.',
    since: '0.1.0',
  },
  'endless-startretries': {
    kind: 'addition',
    supervisord: 'startretries=-1 gives a program up after its first failed start.',
    visord: 'startretries=-1 tries for ever.',
    why: 'The value has no other use, and programs in containers wait for others that way.',
    since: '0.2.0',
  },
  'upgrade-signal': {
    kind: 'addition',
    supervisord: 'SIGUSR1 ends the daemon at once, and its programs run on without one.',
    visord: 'SIGUSR1 makes the daemon go on as the installed version, under the same pid.',
    why: 'An upgrade need not stop the programs.',
    since: '0.2.0',
  },
  'several-stop-signals': {
    kind: 'addition',
    supervisord: 'stopsignal=TERM, INT is an error.',
    visord: 'The signals are sent one after the other, stopwaitsecs apart.',
    why: 'Some programs stop on a second signal only.',
    since: '0.2.0',
  },
  'second-daemon': {
    kind: 'better',
    supervisord:
      'A second daemon on the same file starts when the file has no server, and runs every program twice.',
    visord: 'The second daemon is refused.',
    why: 'Two copies of a program share a port, a queue or a database file.',
    since: '0.2.0',
  },
  'reported-version': {
    kind: 'newer',
    supervisord: 'The supervisord of many distributions reports 4.2.',
    visord: 'The version that visord reports as a supervisor is 4.3.0.',
    why: 'visord behaves as supervisord 4.3.0.',
    since: '0.1.0',
  },
  'removed-files': {
    kind: 'better',
    supervisord: 'A socket, pidfile or AUTO log that a cleaner of /tmp removes stays away until a restart.',
    visord: 'A socket, pidfile or AUTO log that is removed is made again at once, with a WARN line.',
    why: 'Without its socket the daemon could not be reached by any client.',
    since: '0.1.0',
  },
} as const satisfies Differences;
