/**
 * A cron daemon among the programs, and the sections that do its jobs.
 *
 * @module
 */
import { basename, resolve } from 'node:path';
import type { FindingKind, Found } from '../finding.ts';
import { type CronJob, jobsIn, systemJobs } from '../machine/crontabs.ts';
import { wordsOf } from '../reading/script.ts';
import { commandsOf, type Subject } from '../subject.ts';

export const CRON_PROGRAMS: FindingKind = {
  id: 'cron-program',
  severity: 'note',
  looksFor:
    'A cron daemon as a program: `cron` starts programs at their times; the jobs of its crontabs are shown as sections.',
  docs: 'starting-and-stopping.md',
  advises: ['program.cron'],
  find: cronDaemons,
};

const DAEMON = /^(?:crond?|supercronic|go-crond?|fcron|dcron)$/;
/** Commands that execute their first argument. */
const STARTERS: ReadonlySet<string> = new Set(['busybox', 'env', 'nice', 'tini', 'dumb-init']);
const MOST_JOBS = 20;
const EXAMPLE: readonly CronJob[] = [{ pattern: '0 2 * * *', user: null, command: 'COMMAND' }];

function* cronDaemons(subject: Subject): Iterable<Found> {
  for (const { program, command } of commandsOf(subject)) {
    const argv = wordsOf(command);
    const at = argv.findIndex((word) => DAEMON.test(basename(word)));
    const isCommand = at === 0 || (at === 1 && STARTERS.has(basename(argv[0] ?? '')));
    if (!isCommand || !program.section.startsWith('program:')) {
      continue;
    }
    const directory = program.processes[0]?.directory ?? '.';
    const jobs = jobsOf(basename(argv[at] ?? ''), argv.slice(at + 1), directory);
    const shown = jobs.length === 0 ? EXAMPLE : jobs.slice(0, MOST_JOBS);
    const left = jobs.length - shown.length;
    yield {
      section: program.section,
      key: 'command',
      message:
        'A cron daemon can be left out: a program with cron= is started at its times, with its output in a log of its own.' +
        (left > 0 ? ` ${left} more jobs are not shown.` : ''),
      advice: shown.flatMap(sectionOf),
    };
  }
}

/** supercronic and its like name their crontab, without users in it. */
function jobsOf(name: string, args: readonly string[], directory: string): CronJob[] {
  const file = args.findLast((word) => !word.startsWith('-'));
  const namesFile = name === 'supercronic' || name.startsWith('go-cron');
  return namesFile && file !== undefined ? jobsIn(resolve(directory, file), false) : systemJobs();
}

function sectionOf({ pattern, user, command }: CronJob, index: number): string[] {
  return [
    `[program:job-${index + 1}]`,
    `command=${commandLine(command)}`,
    `cron=${pattern}`,
    ...(user === null || user === 'root' ? [] : [`user=${user}`]),
  ];
}

/** A simple command as it is, all others for the shell; a blank before ; or # would begin a comment of the file. */
function commandLine(command: string): string {
  if (/\s[;#]/.test(command)) {
    return `SCRIPT ; with the lines of: ${command}`;
  }
  const line = /[;&|<>$`(){}*?~\\"'#]/.test(command) ? `sh -c ${quoted(command)}` : command;
  return line.replaceAll('%', '%%');
}

/** In single quotes, unless the text contains some: nothing else has to be escaped then. */
function quoted(command: string): string {
  return command.includes("'") ? `"${command.replace(/["\\$`]/g, '\\$&')}"` : `'${command}'`;
}
