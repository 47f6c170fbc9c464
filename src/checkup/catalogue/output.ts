/**
 * Differences in logs, capture mode and syslog.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const OUTPUT_DIFFERENCES = {
  'unreadable-log-bytes': {
    kind: 'better',
    supervisord:
      'Control characters and bytes that are not UTF-8 make the answer to a read of a log unreadable.',
    visord: 'Such bytes are shown as replacement characters.',
    why: 'One byte made the whole log unreadable for supervisorctl and the web page.',
    since: '0.1.0',
  },
  'capture-tail': {
    kind: 'better',
    supervisord:
      'In capture mode, text that is held back while a tag might begin is lost when the program exits.',
    visord: 'Such text is written to the log.',
    why: 'The last line of a program was missing in its log.',
    since: '0.1.0',
  },
  'strip-ansi-between-reads': {
    kind: 'better',
    supervisord: 'strip_ansi looks at each read alone; a sequence that is cut between two reads stays.',
    visord: 'A cut sequence is removed as well.',
    why: 'What a log contains does not depend on the moment of a read.',
    since: '0.1.0',
  },
  'shared-log': {
    kind: 'better',
    supervisord:
      'Of two outputs that share a log, one goes on in the file that the other has rotated away or cleared.',
    visord: 'Both go on in the new file.',
    why: 'stdout and stderr of a program are often in one log, and half of it was lost.',
    since: '0.1.0',
  },
  'log-links': {
    kind: 'stricter',
    supervisord:
      'A log follows every symbolic link, also one that another user has put into a folder of its own.',
    visord: 'Such a link is followed only where its owner could go.',
    why: 'A daemon that runs as root wrote and showed files of other users.',
    since: '0.2.0',
  },
  'syslog-bytes': {
    kind: 'better',
    supervisord: 'Lines that are not UTF-8, and what follows a NUL, do not reach syslog.',
    visord: 'Every byte goes to syslog.',
    why: 'Lines were missing without a sign.',
    since: '0.1.0',
  },
  'syslog-lines': {
    kind: 'better',
    supervisord: 'A line that arrives in two reads becomes two messages of syslog.',
    visord: 'A line is one message.',
    why: 'Half lines cannot be searched or parsed.',
    since: '0.1.0',
  },
} as const satisfies Differences;
