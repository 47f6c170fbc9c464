/**
 * Listeners of superlance that visord has a key for.
 *
 * @module
 */
import { basename } from 'node:path';
import type { FindingKind, Found } from '../finding.ts';
import { wordsOf } from '../reading/script.ts';
import { commandsOf, type Subject } from '../subject.ts';

export const SUPERLANCE: readonly FindingKind[] = [
  {
    id: 'memmon-listener',
    severity: 'note',
    looksFor:
      'The listener memmon of superlance: `memory_restart` restarts a program by the memory that it uses.',
    docs: 'limits.md#restart-by-memory',
    advises: ['program.memory_restart'],
    find: (subject) =>
      listeners(subject, /^memmon$/, (argv) => ({
        message: 'memory_restart does the same without a listener.',
        advice: memoryLines(argv),
      })),
  },
  {
    id: 'httpok-listener',
    severity: 'note',
    looksFor: 'The listener httpok of superlance: `liveness_check_script` checks a program over HTTP.',
    docs: 'health-checks.md',
    advises: ['program.liveness_check_script', 'program.liveness_check_timeout'],
    find: (subject) =>
      listeners(subject, /^httpok$/, (argv) => ({
        message: httpokMessage(argv),
        advice: httpokLines(argv),
      })),
  },
];

function* listeners(
  subject: Subject,
  name: RegExp,
  describe: (argv: readonly string[]) => Pick<Found, 'message' | 'advice'>,
): Iterable<Found> {
  for (const { program, command } of commandsOf(subject)) {
    const argv = wordsOf(command);
    const at = argv.findIndex((word) => name.test(basename(word)));
    if (program.section.startsWith('eventlistener:') && at >= 0 && at <= 1) {
      yield { section: program.section, key: 'command', ...describe(argv.slice(at + 1)) };
    }
  }
}

/** The values of an option that may come several times, as `-p` or `--program=`. */
function valuesOf(argv: readonly string[], short: string, long: string): string[] {
  return argv.flatMap((word, index) => {
    if (word === `-${short}` || word === `--${long}`) return argv[index + 1] ?? [];
    if (word.startsWith(`--${long}=`)) return word.slice(long.length + 3);
    return word.startsWith(`-${short}`) && !word.startsWith('--') ? word.slice(2) : [];
  });
}

function memoryLines(argv: readonly string[]): string[] {
  return [
    ...valuesOf(argv, 'p', 'program'),
    ...valuesOf(argv, 'g', 'group'),
    ...valuesOf(argv, 'a', 'any').map((size) => `NAME=${size}`),
  ].flatMap((pair) => {
    const [name = 'NAME', size = ''] = pair.split('=');
    return [`[program:${name}]`, `memory_restart=${size}`];
  });
}

function httpokMessage(argv: readonly string[]): string {
  const more = [
    ['c', 'code'],
    ['b', 'body'],
  ].some(([short = '', long = '']) => valuesOf(argv, short, long).length > 0);
  return more
    ? 'liveness_check_script does the same without a listener, for any status from 200 to 299; a command in its place can look at the body.'
    : 'liveness_check_script does the same without a listener.';
}

function httpokLines(argv: readonly string[]): string[] {
  const url = argv.findLast((word) => /^https?:\/\//.test(word));
  const [timeout] = valuesOf(argv, 't', 'timeout');
  const names = valuesOf(argv, 'p', 'program');
  const check = url?.startsWith('https:') ? `curl --fail --silent --output /dev/null ${url}` : (url ?? 'URL');
  return (names.length === 0 ? ['NAME'] : names).flatMap((name) => [
    `[program:${name}]`,
    `liveness_check_script=${check}`,
    ...(timeout === undefined ? [] : [`liveness_check_timeout=${timeout}`]),
  ]);
}
