/**
 * Listeners that end supervisord when a program ends: `exit_on` does that.
 *
 * @module
 */
import type { ExitRule } from '../../config/tables/values.ts';
import type { FindingKind, Found } from '../finding.ts';
import { scriptOf } from '../reading/script.ts';
import { programsOf, type Subject } from '../subject.ts';

export const EXIT_LISTENERS: FindingKind = {
  id: 'exit-listener',
  severity: 'note',
  looksFor:
    'A listener whose script does nothing but end supervisord when a program ends: `exit_on` does that.',
  docs: 'starting-and-stopping.md#exit-policy',
  advises: ['supervisord.exit_on'],
  find: killers,
};

/** How a script ends its supervisord, in shell, Python, Ruby, Perl, PHP and JavaScript. */
const ENDS_SUPERVISORD = [
  /\bkill\b[^\n;|]*(?:\$\{?PPID\b|supervisord?\.pid|\s1\b|\$\{?SUPERVISORD?_?PID\b)/i,
  /\b(?:os|process|Process|posix)[.:]{1,2}_?kill\(?\s*(?:os\.getppid\(\)|process\.ppid|Process\.ppid|1\b)/,
  /\bposix_kill\(\s*(?:posix_getppid\(\)|1\b)/,
  // The pid is read first, and the signal sent to a variable.
  /supervisord?\.pid[\s\S]*(?:\bkill\b[^\n;|]*\$|\bkill\()/i,
  /\bgetppid\b[\s\S]*\bkill\(/,
  /\bkillall\s[^\n;|]*supervisord|\bpkill\s[^\n;|]*supervisord/,
  /\bsupervisorctl\b[^\n;|]*\bshutdown\b/,
  /\bsupervisor\.shutdown\(/,
] as const;

/** A longer script does other things as well. */
const MAX_LINES = 120;
const MAX_CHARACTERS = 16_384;

function* killers(subject: Subject): Iterable<Found> {
  for (const program of programsOf(subject)) {
    const [process] = program.processes;
    if (!program.section.startsWith('eventlistener:') || process === undefined) {
      continue;
    }
    const script = scriptOf(process, subject.environment.PATH);
    const rule = ruleFor(subject, program.group, script?.text ?? '');
    if (script !== null && rule !== null && onlyKills(script.text)) {
      yield {
        section: program.section,
        key: 'command',
        message:
          `${script.path ?? 'The script'} appears to do nothing but end supervisord. exit_on does that without a ` +
          'listener, and the daemon exits with the status of the program.',
        advice: ['[supervisord]', `exit_on=${rule}`],
      };
    }
  }
}

/** The rule for the events that the listener gets; null where it gets none about ends of programs. */
function ruleFor({ config }: Subject, group: string, text: string): ExitRule | null {
  const types: readonly string[] = config?.groups.find(({ name }) => name === group)?.pool?.events ?? [];
  const gets = (type: string): boolean =>
    types.some((one) => one === type || one === 'PROCESS_STATE' || one === 'EVENT');
  const names = (type: string): boolean => !/PROCESS_STATE_[A-Z]/.test(text) || text.includes(type);
  if (gets('PROCESS_STATE_EXITED') && names('PROCESS_STATE_EXITED')) {
    return /\bexpected\b/.test(text) ? 'failure' : 'end';
  }
  return gets('PROCESS_STATE_FATAL') || gets('PROCESS_STATE_UNKNOWN') ? 'fatal' : null;
}

function onlyKills(text: string): boolean {
  const lines = text.split('\n').filter((line) => !/^\s*(?:#|\/\/|$)/.test(line));
  const code = lines.join('\n');
  const isShort = lines.length <= MAX_LINES && code.length <= MAX_CHARACTERS;
  return isShort && ENDS_SUPERVISORD.some((pattern) => pattern.test(code));
}
