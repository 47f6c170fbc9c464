/**
 * `visord init`: a first configuration.
 *
 * @module
 */
import type { VisordCall, VisordCommand } from './command.ts';
import { printError, printText } from './output.ts';

const NOT_WRITTEN = 1;
const USAGE = 2;

const SYSTEM_FILE = '/etc/supervisor/supervisord.conf';

export const init: VisordCommand = {
  name: 'init',
  arguments: [
    {
      usage: '[file]',
      help: 'Where the configuration is written: supervisord.conf in this folder if not given, as root /etc/supervisor/supervisord.conf.',
    },
  ],
  options: [
    { usage: '--name <name>', help: 'Name of the first program.', since: '0.2.0' },
    { usage: '--command <command>', help: 'Its command, as a shell takes it.', since: '0.2.0' },
    { usage: '--logs <folder>', help: 'Folder of the logs.', since: '0.2.0' },
  ],
  summary: 'Asks three questions and writes a first configuration with comments.',
  details: [
    'The question of a given option is not asked. Without a terminal nothing is asked, and --command is required. An existing file is never overwritten.',
  ],
  exits: { [NOT_WRITTEN]: 'The file exists already, or cannot be written.' },
  since: '0.2.0',
  run: async (call) => {
    try {
      return await write(call);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) {
        throw error;
      }
      printError(message);
      return NOT_WRITTEN;
    }
  },
};

async function write({ words: [given], options }: VisordCall): Promise<number> {
  const { firstConfig, isProgramName } = await import('../../exchange/first-config.ts');
  const { absolutePath, folderOf } = await import('../../config/text/paths.ts');
  const { existsSync, mkdirSync, writeFileSync } = await import('../../io/files.ts');
  const isRoot = process.getuid?.() === 0;
  const file = absolutePath(given ?? (isRoot ? SYSTEM_FILE : 'supervisord.conf'));
  const isOfSystem = file === SYSTEM_FILE;
  if (existsSync(file)) {
    printError(`${file} is there already`);
    return NOT_WRITTEN;
  }
  const answers = await askFor([
    { question: 'Name of the first program', given: options.name, standard: 'web' },
    { question: 'Its command', given: options.command, standard: null },
    {
      question: 'Folder of the logs',
      given: options.logs,
      standard: isOfSystem ? '/var/log/supervisor' : '%(here)s',
    },
  ]);
  const [name = '', command = '', logs = ''] = answers;
  if (command.trim() === '') {
    printError('a command is needed: --command');
    return USAGE;
  }
  if (!isProgramName(name)) {
    printError(`not a name for a program: ${name}`);
    return USAGE;
  }
  const isHere = logs === '%(here)s';
  if (!isHere && logs.includes('%')) {
    printError(`not a folder for logs: ${logs}`);
    return USAGE;
  }
  const folder = isHere ? logs : absolutePath(logs);
  mkdirSync(isHere ? folderOf(file) : folder, { recursive: true });
  mkdirSync(folderOf(file), { recursive: true });
  writeFileSync(
    file,
    firstConfig({ name, command, logs: folder, runtime: isOfSystem ? '/run' : '%(here)s' }),
    {
      flag: 'wx',
    },
  );
  printText(`written: ${file}\nTo start it:\n  supervisord -c ${file}\n  supervisorctl -c ${file} status\n`);
  return 0;
}

interface Question {
  readonly question: string;
  /** The value of the option. */
  readonly given: unknown;
  /** Null where there is none. */
  readonly standard: string | null;
}

/** The answers in the order of the questions; empty where there is none. */
async function askFor(questions: readonly Question[]): Promise<string[]> {
  if (!process.stdin.isTTY) {
    return questions.map(({ given, standard }) => (typeof given === 'string' ? given : (standard ?? '')));
  }
  const { createInterface } = await import('node:readline');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Keeps lines that come before their question.
  const lines = terminal[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const { question, given, standard } of questions) {
      if (typeof given === 'string') {
        answers.push(given);
      } else {
        const hint = standard === null ? '' : ` [${standard}]`;
        printText(`${question}${hint}: `);
        const { value, done } = await lines.next();
        answers.push((done === true ? '' : value.trim()) || (standard ?? ''));
      }
    }
  } finally {
    terminal.close();
  }
  return answers;
}
