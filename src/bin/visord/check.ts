/**
 * `visord check`: what is wrong in a configuration, what differs from supervisord, and what could be simpler.
 *
 * @module
 */
import type { FindingKind } from '../../checkup/finding.ts';
import type { VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const FOUND = 1;
const USAGE = 2;

export const check: VisordCommand = {
  name: 'check',
  arguments: [
    {
      usage: '[file]',
      help: 'The configuration; if not given, it is searched for where supervisord does.',
    },
  ],
  options: [
    { usage: '--json', help: 'Print the findings as JSON.', since: '0.2.0' },
    { usage: '--strict', help: 'Exit with 1 for warnings too.', since: '0.2.0' },
    {
      usage: '--against <supervisord>',
      help: 'Also read the file with this stock supervisord, and list the keys that it reads differently.',
      since: '0.2.0',
    },
  ],
  summary: 'Checks a configuration: errors, warnings, and what differs from supervisord.',
  details: [
    'Reads the file as the daemon does, and goes on after an error. Nothing is started or changed.',
    '--against runs the Python of that supervisord, which imports the modules that the file names as factories.',
    'Each line of the output has the file, the line, the section and the key, and the id of the kind of finding.',
  ],
  exits: { [FOUND]: 'The daemon refuses the file; with --strict also: there are warnings.' },
  since: '0.2.0',
  run: async ({ words: [named], options }) => {
    const file = named ?? (await findFile());
    if (file === null) {
      return USAGE;
    }
    const { openSubject } = await import('../../checkup/reading/open-subject.ts');
    const { check: findingsOf } = await import('../../checkup/check.ts');
    const { countOf, jsonReport, textReport } = await import('../../checkup/report.ts');
    const { inheritedEnvironment } = await import('../../io/inherited.ts');
    const { FINDING_KINDS } = await import('../../checkup/kinds/table.ts');
    const environment = inheritedEnvironment();
    const comparison = await comparisonOf(options.against, file, environment);
    if (comparison === null) {
      return USAGE;
    }
    const subject = await openSubject({ file, environment });
    const findings = await findingsOf(subject, [...FINDING_KINDS, ...comparison]);
    const report = options.json === true ? jsonReport : textReport;
    printText(report({ file, findings }));
    const isRefused = countOf(findings, 'error') > 0;
    const isStrict = options.strict === true && countOf(findings, 'warning') > 0;
    return isRefused || isStrict ? FOUND : 0;
  },
};

/** The kind of finding for `--against`, or none; null if that supervisord cannot be run. */
async function comparisonOf(
  command: unknown,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly FindingKind[] | null> {
  if (typeof command !== 'string') {
    return [];
  }
  const { UnreadableReference, readWithReference } = await import(
    '../../checkup/against/reference-reading.ts'
  );
  const { comparisonWith } = await import('../../checkup/against/compare.ts');
  try {
    return [comparisonWith(await readWithReference(command, file, environment))];
  } catch (error) {
    if (!(error instanceof UnreadableReference)) {
      throw error;
    }
    printError(error.message);
    return null;
  }
}

async function findFile(): Promise<string | null> {
  const { defaultConfigFile } = await import('../flags.ts');
  const { calledAs } = await import('../../io/inherited.ts');
  const { file, error } = defaultConfigFile(calledAs(), { isRoot: false });
  if (file === null) {
    printError(String(error));
  }
  return file;
}
