/**
 * Command lines and `[supervisorctl]` sections of all kinds, most of them wrong, through both clients.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { clientComparison, ourClient } from './two-clients.ts';

export const clientCommandLines: Scenario = {
  name: 'client-command-lines',
  title: 'options and [supervisorctl] sections, right and wrong, through both clients; no daemon runs',
  timeoutSeconds: 600,
  run: async (side) => {
    const ours = ourClient(side);
    const comparison = clientComparison(side);
    side.writeFile('plain.conf', '[supervisorctl]\nserverurl=unix://%(here)s/nope\n');
    const run = async (title: string, line: readonly string[], directory = side.dir): Promise<void> => {
      const results = [];
      for (const client of ['supervisorctl', ours]) {
        const result = await side.command(client, line, { directory, environment: { FROM_HERE: 'value' } });
        results.push(nameless(result, client));
      }
      comparison.compare(title, results[0] ?? null, results[1] ?? null);
    };
    for (const line of LINES) await run(line, line.split(' '));
    for (const args of ODD_ARGUMENTS) await run(JSON.stringify(args), ['-c', 'plain.conf', ...args]);
    for (const [title, text] of Object.entries(SECTIONS)) {
      side.writeFile('section.conf', text);
      await run(`section: ${title}`, ['-c', 'section.conf', 'status']);
      await run(`section: ${title}, as a session`, ['-c', 'section.conf']);
    }
    side.writeFile('work/supervisord.conf', '[supervisorctl]\nserverurl=unix://%(here)s/found\n');
    await run('a file in the working folder', ['status'], side.path('work'));
    side.writeFile('etc-only/etc/supervisord.conf', '[supervisorctl]\nserverurl=unix://%(here)s/found\n');
    await run('a file in etc', ['status'], side.path('etc-only'));
    comparison.end();
  },
};

/** The client's own path stands in its messages. */
function nameless(
  { stdout, stderr, code }: Awaited<ReturnType<Side['command']>>,
  client: string,
): { stdout: string; stderr: string; code: number } {
  const path = client.includes('/') ? client : `/usr/bin/${client}`;
  const blank = (text: string): string => text.replaceAll(path, 'CLIENT').replace(/\S+\.cjs/g, 'CLIENT');
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
  'another scheme': '[supervisorctl]\nserverurl=https://127.0.0.1:1\n',
  'no key': '[supervisorctl]\nserverurl\n',
  twice: '[supervisorctl]\nserverurl=unix:///one\n[supervisorctl]\nserverurl=unix:///two\n',
  defaults: '[DEFAULT]\nserverurl=unix:///from/default\n[supervisorctl]\n',
  'keys in capitals': '[supervisorctl]\nServerURL = unix:///capital\n',
  comments: '[supervisorctl]\nserverurl=unix:///a ; comment\n# prompt=x\n',
  'text in front': 'x=1\n[supervisorctl]\n',
  'a plugin without a factory': '[supervisorctl]\n[ctlplugin:x]\nother=1\n',
  'UTF-8': '[supervisorctl]\nprompt=päron\nserverurl=unix:///päron\n',
};
