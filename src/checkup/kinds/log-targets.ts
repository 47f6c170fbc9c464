/**
 * Log files whose names look as if they were lists, or syslogs of other machines.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

export const LOG_TARGETS: FindingKind = {
  id: 'log-name-as-list',
  severity: 'warning',
  looksFor:
    'A log whose name looks as a list of logs or the address of a syslog, and is one file: each part of a list has to be an absolute path, `syslog`, or `syslog @…`.',
  docs: 'logs.md',
  advises: ['program.stdout_logfile'],
  find: namesAsLists,
};

/** A comma before a blank or a syslog, or a name that begins as an address. */
const LIKE_A_LIST = /,\s|,(?:@|syslog\b)|(?:^|\/)@/i;

function* namesAsLists(subject: Subject): Iterable<Found> {
  for (const { section, processes } of programsOf(subject)) {
    for (const channel of ['stdout', 'stderr'] as const) {
      const target = processes[0]?.[channel].logfile;
      if (target?.kind !== 'file' || !LIKE_A_LIST.test(target.path)) continue;
      yield {
        section,
        key: `${channel}_logfile`,
        message:
          `This is one file, ${target.path}. Each part of a list has to be an absolute path, syslog, or the address of a ` +
          'syslog as syslog @udp:host:514.',
      };
    }
  }
}
