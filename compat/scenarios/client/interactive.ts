/**
 * The shell on a terminal: prompts, questions, Ctrl-C, Ctrl-D, history, completion, passwords.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program, writePrograms } from '../support/programs.ts';
import { playSession, type Step } from './terminal.ts';
import { clientComparison, ourClient } from './two-clients.ts';

const PROMPT = 'mine> ';

export const clientInteractive: Scenario = {
  name: 'client-interactive',
  title: 'the shell on a terminal through both clients, key by key',
  needs: ['python:pexpect', 'command:supervisorctl'],
  run: async (side) => {
    const port = await side.freePort();
    writePrograms(side);
    side.writeFile('lines.sh', '#!/bin/sh\necho ready\nwhile read -r line; do echo out $line; done\n', 0o755);
    side.writeFile('supervisord.conf', configuration(side, port));
    await side.start();
    await untilState(side, 'echo', 'RUNNING');
    await untilLogged(side, 'echo', 'ready');
    await untilLogged(side, 'lines', 'ready');
    await resultOf(side, 'startProcess', 'off');
    await resultOf(side, 'stopProcess', 'off');
    const config = side.path('supervisord.conf');
    const ours = ourClient(side);
    const comparison = clientComparison(side);
    const history: Record<string, string[]> = {};
    for (const [what, { args, steps }] of Object.entries(sessions(port))) {
      const session = { args: ['-c', config, ...args], steps };
      const played = [];
      for (const client of ['supervisorctl', ours]) {
        await resultOf(side, 'clearProcessLogs', 'lines');
        await resultOf(side, 'sendProcessStdin', 'lines', 'before\n');
        await untilLogged(side, 'lines', 'out before');
        side.writeFile('history', 'status earlier\n', 0o600);
        played.push(await playSession(side, client, session));
        history[client] = [...(history[client] ?? []), side.readFile('history')];
      }
      comparison.compare(what, played[0] ?? null, played[1] ?? null);
    }
    comparison.compare('history files', history.supervisorctl ?? null, history[ours] ?? null);
    comparison.end();
  },
};

function configuration(side: Side, port: number): string {
  return `${side.preamble}
[inet_http_server]
port=127.0.0.1:${port}
username=user
password=pass
[supervisorctl]
serverurl=unix://${side.path('s.sock')}
prompt=mine
history_file=%(here)s/history
${[
  program('echo', side.path('echo.sh'), 'autostart=true'),
  program('lines', side.path('lines.sh'), 'autostart=true'),
  program('off', '/bin/cat'),
  program('left', '/bin/cat'),
  program('right', '/bin/cat'),
].join('\n')}
[group:pair]
programs=left,right
`;
}

interface Played {
  readonly args: readonly string[];
  readonly steps: readonly Step[];
}

function sessions(port: number): Readonly<Record<string, Played>> {
  const start: Step = ['', PROMPT];
  const shell = (...steps: Step[]): Played => ({ args: [], steps: [start, ...steps] });
  const typed = (line: string): Step => [`${line}\r`, PROMPT];
  return {
    'commands, then quit': shell(
      typed('status off'),
      typed(''),
      typed('nope'),
      typed('!ls'),
      typed('?stop'),
      typed('help help'),
      typed('help nope'),
      typed('version x'),
      typed('start off'),
      typed('stop off'),
      ['quit\r', ''],
    ),
    exit: shell(['exit\r', '']),
    'EOF as a word': shell(['EOF\r', '']),
    'Ctrl-D': shell(typed('pid nope'), ['\u0004', '']),
    'Ctrl-C at the prompt': shell(typed('pid nope'), ['\u0003', '']),
    questions: shell(
      ['shutdown\r', 'y/N\\? '],
      ['n\r', PROMPT],
      ['reload\r', 'y/N\\? '],
      ['\r', PROMPT],
      ['\u0004', ''],
    ),
    completion: shell(
      ['statu\t', 'status '],
      ['ech\t', 'echo '],
      ['\r', PROMPT],
      ['pid pair:le\t', 'pair:left '],
      ['\r', PROMPT],
      ['add pai\t', 'pair '],
      ['\r', PROMPT],
      ['help mainta\t', 'maintail '],
      ['\r', PROMPT],
      ['\u0004', ''],
    ),
    'what was typed before': shell(['\u001b[A', 'status earlier'], ['\r', PROMPT], ['\u0004', '']),
    'a follow that is broken off': shell(
      ['tail -f echo\r', 'ready\r\n'],
      ['\u0003', PROMPT],
      typed('status off'),
      ['\u0004', ''],
    ),
    'foreground and back': shell(
      typed('fg off'),
      ['fg lines\r', 'out before\r\n'],
      ['hello\r', 'out hello\r\n'],
      ['\u0003', PROMPT],
      typed('status off'),
    ),
    'user name and password': {
      args: ['-s', `http://127.0.0.1:${port}`],
      steps: [
        ['', 'Username:'],
        ['user\r', 'Password:'],
        ['pass\r', PROMPT],
        typed('status off'),
        ['\u0004', ''],
      ],
    },
    open: shell(
      [`open http://127.0.0.1:${port}\r`, 'Username:'],
      ['user\r', 'Password:'],
      ['pass\r', PROMPT],
      typed('open ftp://x'),
      ['\u0004', ''],
    ),
  };
}
