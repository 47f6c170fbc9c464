/**
 * `visord check`: what is wrong in a configuration, what differs from supervisord, and what could be simpler.
 *
 * @module
 */
import type { VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const FOUND = 1;
const USAGE = 2;

export const check: VisordCommand = {
  name: 'check',
  arguments: [
    {
      usage: '[file]',
      help: 'The configuration; the places that supervisord searches are searched without it.',
    },
  ],
  options: [
    { usage: '--json', help: 'Print the findings as JSON.', since: '0.2.0' },
    { usage: '--strict', help: 'Exit with 1 for warnings too.', since: '0.2.0' },
  ],
  summary: 'Checks a configuration: errors, warnings, and what differs from supervisord.',
  details: [
    'Reads the file as the daemon does, past its errors. Nothing is started or changed.',
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
    const findings = await findingsOf(await openSubject({ file, environment: inheritedEnvironment() }));
    const report = options.json === true ? jsonReport : textReport;
    printText(report({ file, findings }));
    const isRefused = countOf(findings, 'error') > 0;
    const isStrict = options.strict === true && countOf(findings, 'warning') > 0;
    return isRefused || isStrict ? FOUND : 0;
  },
};

async function findFile(): Promise<string | null> {
  const { defaultConfigFile } = await import('../flags.ts');
  const { calledAs } = await import('../../io/inherited.ts');
  const { file, error } = defaultConfigFile(calledAs(), { isRoot: false });
  if (file === null) {
    printError(String(error));
  }
  return file;
}
