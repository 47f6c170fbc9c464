/**
 * How the keys for the output of a program stand in a service unit.
 *
 * @module
 */
import type { LogTarget } from '../../config/types.ts';
import { systemdText } from '../systemd-words.ts';
import type { CarriedKeys } from './carry.ts';
import type { UnitDraft } from './unit-draft.ts';

export const OUTPUT: CarriedKeys<UnitDraft> = {
  stdout_logfile: (draft, { stdout }) => {
    draft.service('StandardOutput', outputOf(draft, 'stdout', stdout));
  },
  stderr_logfile: (draft, { stderr, redirectStderr }) => {
    draft.service('StandardError', redirectStderr ? 'inherit' : outputOf(draft, 'stderr', stderr));
  },
  redirect_stderr: () => {},
  stdout_syslog: () => {},
  stderr_syslog: () => {},
  // What of them applies to a file is noted with the file.
  stdout_logfile_maxbytes: () => {},
  stdout_logfile_backups: () => {},
  stderr_logfile_maxbytes: () => {},
  stderr_logfile_backups: () => {},
};

interface Output {
  readonly logfile: LogTarget | null;
  readonly maxBytes: number;
  readonly syslog: boolean;
}

const OWN_STREAMS = new Set(['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/fd/2']);

function outputOf(draft: UnitDraft, channel: string, { logfile, maxBytes, syslog }: Output): string {
  const key = `${channel}_logfile`;
  switch (logfile?.kind) {
    case 'none':
      return syslog ? 'journal' : 'null';
    case 'file':
      if (OWN_STREAMS.has(logfile.path)) return 'journal';
      if (syslog) draft.note(`${channel}_syslog: the output goes to ${logfile.path} only`);
      if (maxBytes > 0)
        draft.note(`${key}_maxbytes: systemd does not rotate ${logfile.path}; logrotate does`);
      return `append:${systemdText(logfile.path)}`;
    case 'auto':
      draft.note(`${key}=AUTO: the output goes to the journal`);
      return 'journal';
    case 'list':
      draft.note(`${key} has several places: the output goes to the journal`);
      return 'journal';
    default:
      return 'journal';
  }
}
