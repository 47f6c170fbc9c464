/**
 * Command lines and `[supervisorctl]` sections of all kinds, most of them wrong, through both clients.
 *
 * @module
 */
import { runControls } from '../../harness/control.ts';
import { findCommand } from '../../harness/needs.ts';
import type { CommandResult, ControlLine, Json, Scenario, Side } from '../../scenario.ts';
import { clientComparison, ourClient } from './two-clients.ts';

export const clientCommandLines: Scenario = {
  name: 'client-command-lines',
  title: 'options and [supervisorctl] sections, right and wrong, through both clients; no daemon runs',
  needs: ['command:supervisorctl'],
  run: async (side) => {
    const comparison = clientComparison(side);
    for (const { title, stock, ours } of await runOnce(side, commandLines(side)))
      comparison.compare(title, stock, ours);
    comparison.end();
  },
};

interface Pair {
  readonly title: string;
  readonly stock: Json;
  readonly ours: Json;
}

let running: Promise<readonly Pair[]> | null = null;

/** No daemon has a part in it, so the side that comes first runs the lines, and the other one looks at what it saw. */
function runOnce(side: Side, lines: readonly TitledLine[]): Promise<readonly Pair[]> {
  running ??= runLines(side, lines).finally(() => {
    running = null;
  });
  return running;
}

async function runLines(side: Side, lines: readonly TitledLine[]): Promise<readonly Pair[]> {
  const client = ourClient(side);
  const [stock, ours] = await Promise.all([
    runControls(['supervisorctl'], side.dir, lines),
    runEach(side, client, lines),
  ]);
  return lines.map(({ title }, index) => ({
    title,
    stock: nameless(stock[index], 'supervisorctl'),
    ours: nameless(ours[index], client),
  }));
}

interface TitledLine extends ControlLine {
  readonly title: string;
}

/** Every line in a folder whose files stay as they are, so that the clients need not wait for each other. */
function commandLines(side: Side): readonly TitledLine[] {
  side.writeFile('plain.conf', '[supervisorctl]\nserverurl=unix://%(here)s/nope\n');
  for (const folder of ['work', 'etc-only/etc']) {
    side.writeFile(`${folder}/supervisord.conf`, '[supervisorctl]\nserverurl=unix://%(here)s/found\n');
  }
  const sections = Object.entries(SECTIONS).flatMap(([title, text], index) => {
    const file = `section-${index}.conf`;
    side.writeFile(file, text);
    return [
      { title: `section: ${title}`, args: ['-c', file, 'status'] },
      { title: `section: ${title}, as a session`, args: ['-c', file] },
    ];
  });
  const lines = [
    ...LINES.map((line) => ({ title: line, args: line.split(' ') })),
    ...ODD_ARGUMENTS.map((args) => ({ title: JSON.stringify(args), args: ['-c', 'plain.conf', ...args] })),
    { title: 'no file at all', args: ['-c', '', '-s', 'unix:///nope', 'status'] },
    ...sections,
    { title: 'a file in the working folder', args: ['status'], directory: side.path('work') },
    { title: 'a file in etc', args: ['status'], directory: side.path('etc-only') },
  ];
  return lines.map((line) => ({ ...line, environment: { FROM_HERE: 'value' } }));
}

async function runEach(side: Side, client: string, lines: readonly ControlLine[]): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  for (const { args, ...options } of lines) results.push(await side.command(client, args, options));
  return results;
}

/** The client's own path stands in its messages. */
function nameless(result: CommandResult | undefined, client: string): Json {
  if (result === undefined) throw new Error(`${client}: a line without a result`);
  const { stdout, stderr, code } = result;
  const path = findCommand(client) ?? client;
  const blank = (text: string): string => text.replaceAll(path, 'CLIENT');
  return { stdout: blank(stdout), stderr: blank(stderr), code };
}

const LINES = [
  '-h',
  '--help',
  '-?',
  '--hel',
  '-x',
  '--nope',
  '-c',
  '--configuration',
  '--con',
  '--config=plain.conf status',
  '--interactive=yes',
  '--p',
  '--pass',
  '-s',
  '-s nope status',
  '-s http: status',
  '-s http:// status',
  '-s http://? status',
  '-s a:b status',
  '-s ftp://x status',
  '-s HTTP://127.0.0.1:1 status',
  '-s http://127.0.0.1:x status',
  '-s http://127.0.0.1:99999 status',
  '-s http://127.0.0.1:1 status',
  '-s http://127.0.0.1:1/path status',
  '-s http://[::1]:1 status',
  '-s unix:///nope status',
  '-s unix://nope status',
  '-s unix:///etc/passwd status',
  '-s unix:///etc/passwd/x status',
  '-c nope status',
  '-c / status',
  '-c plain.conf -c plain.conf status',
  '-i -i',
  '-u a -u b',
  '-u a --username=b',
  '-s nope -h',
  '-h -s nope',
  '-ic plain.conf nope',
  '-icplain.conf status',
  '-c plain.conf -i shutdown',
  '-c plain.conf -- status',
  '-c plain.conf status -x',
  '-c plain.conf -r some/where status',
  '-c plain.conf help -x',
];

const ODD_ARGUMENTS: readonly (readonly string[])[] = [
  [''],
  [' '],
  ['', 'status'],
  ['help'],
  ['help', ''],
  ['help help'],
  ['help', 'EOF'],
  ['?'],
  ['?', 'tail'],
  ['!ls'],
  ['EOF'],
  ['9'],
  ['_x'],
  ['status,'],
  ['status:x'],
  ['päron'],
  ['shutdown', 'now'],
  ['reload', 'now'],
  ['open', 'unix:///nope'],
  ['open', 'x', 'y'],
  ['open', 'http://'],
  ['open', 'http://:9001'],
  ['open', 'unix://'],
  ['add'],
  ['add', 'x'],
  ['remove'],
  ['remove', 'x'],
  ['update'],
  ['reread'],
  ['avail'],
  ['shutdown'],
  ['reload'],
  ['fg'],
  ['tail'],
  ['maintail', '-f'],
  ['clear'],
  ['signal'],
];

const SECTIONS: Readonly<Record<string, string>> = {
  empty: '[supervisorctl]\n',
  'not there': '[supervisord]\n',
  'no text at all': '',
  'environment and here':
    '[supervisorctl]\nserverurl=unix://%(here)s/%(ENV_FROM_HERE)s\nprompt=%(ENV_FROM_HERE)s\n',
  'an unknown name': '[supervisorctl]\nserverurl=unix://%(nope)s\n',
  'a bad format': '[supervisorctl]\nprompt=%(here\n',
  'here in the prompt': '[supervisorctl]\nprompt=%(here)s\n',
  'a relative socket': '[supervisorctl]\nserverurl=unix://a/../b//c\n',
  'a socket at home': '[supervisorctl]\nserverurl=unix://~/nope-of-mine\n',
  'an empty url': '[supervisorctl]\nserverurl=\n',
  'another scheme': '[supervisorctl]\nserverurl=ftp://127.0.0.1:1\n',
  'no key': '[supervisorctl]\nserverurl\n',
  twice: '[supervisorctl]\nserverurl=unix:///one\n[supervisorctl]\nserverurl=unix:///two\n',
  defaults: '[DEFAULT]\nserverurl=unix:///from/default\n[supervisorctl]\n',
  'keys in capitals': '[supervisorctl]\nServerURL = unix:///capital\n',
  comments: '[supervisorctl]\nserverurl=unix:///a ; comment\n# prompt=x\n',
  'text in front': 'x=1\n[supervisorctl]\n',
  'a plugin without a factory': '[supervisorctl]\n[ctlplugin:x]\nother=1\n',
  'UTF-8': '[supervisorctl]\nprompt=päron\nserverurl=unix:///päron\n',
};
