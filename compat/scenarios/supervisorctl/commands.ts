/**
 * Every command of the stock client that asks for one thing and ends.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { observeLogByProcess, untilLogged, untilState } from '../support/calls.ts';
import { writePrograms } from '../support/programs.ts';
import { observeControl, observeControls } from './support.ts';

export const ctlCommands: Scenario = {
  name: 'supervisorctl-commands',
  title: 'status, start, stop, restart, signal, pid, tail, clear, version, help with good and bad arguments',
  differences: ['reported-version'],
  run: async (side) => {
    side.writeFile('supervisord.conf', side.preamble + writePrograms(side));
    await side.start();
    await untilState(side, 'cat', 'RUNNING');
    await observeControls(side, ASKING);
    await observeControls(side, STARTING);
    await untilState(side, 'dies', 'FATAL');
    await untilState(side, 'expected', 'EXITED');
    await observeControls(side, ['status', 'status dies expected', 'start dies:dies']);
    await untilLogged(side, 'catcher', 'ready');
    await observeControls(side, SIGNALLING);
    await observeControls(side, STOPPING);
    await observeControls(side, RESTARTING, { title: 'later' });
    await observeControl(side, 'stop many:*', { sorted: true });
    await observeControls(side, LOGS);
    await observeControl(side, 'stop all', { sorted: true, title: 'at last' });
    await observeControls(side, ['stop all', 'signal HUP all', 'status'], { title: 'at last' });
    observeLogByProcess(side, 'main log');
  },
};

const ASKING = [
  'status',
  'status cat',
  'status cat:cat',
  'status pair:*',
  'status pair:',
  'status pair:left pair:right',
  'status pair',
  'status nope',
  'status nope:*',
  'status nope:nope cat',
  'status all',
  'status päron',
  'pid nope',
  'pid cat',
  'pid off',
  'pid cat off',
  'pid',
  'pid pair:*',
  'version',
  'version x',
  'avail x',
  'help nope',
  'nope',
  'nope cat',
  'STATUS',
  'maintail -x',
  'maintail 5',
  'maintail -5 -5',
  'open',
  'open nope',
  'quit',
  'exit',
  'status cat off',
];

const STARTING = [
  'start',
  'start nope',
  'start nope:nope',
  'start nope:*',
  'start cat',
  'start off',
  'start off off',
  'start slow',
  'start pair:*',
  'start pair:*',
  'start pair:left nope off',
  'start missing',
  'start unfound',
  'start refused',
  'start directory',
  'start misquoted',
  'start dies',
  'start catcher',
  'start expected',
  'start many:*',
  'start many:many_1',
];

const SIGNALLING = [
  'signal',
  'signal HUP',
  'signal nope catcher',
  'signal HUP nope',
  'signal HUP nope:*',
  'signal CONT off',
  'signal CONT slow pair:left',
  'signal 18 catcher',
  'signal SIGCONT pair:*',
  'signal CONT dies',
  'signal CONT all',
  'signal nope all',
  'signal nope pair:*',
];

const STOPPING = [
  'stop',
  'stop nope',
  'stop nope:*',
  'stop nope:nope',
  'stop off',
  'stop off',
  'stop dies',
  'stop slow pair:left nope',
  'stop pair:*',
  'stop pair:*',
];

const RESTARTING = [
  'restart',
  'restart nope',
  'restart nope:*',
  'restart off',
  'restart cat',
  'restart pair:left',
  'restart pair:right pair:left',
  'restart missing',
  'restart dies',
];

const LOGS = [
  'tail',
  'tail catcher',
  'tail -6 catcher',
  'tail -0 catcher',
  'tail -x catcher',
  'tail catcher stdout',
  'tail catcher stderr',
  'tail catcher STDOUT',
  'tail catcher nope',
  'tail -6',
  'tail -6 catcher stderr',
  'tail a b c d',
  'tail nope',
  'tail nope:*',
  'tail silent',
  'tail dies',
  'clear',
  'clear catcher',
  'tail catcher',
  'clear nope',
  'clear catcher:catcher cat',
  'clear silent',
  'stop päron',
  'remove päron',
  'maintail -20',
];

export const ctlSession: Scenario = {
  name: 'supervisorctl-session',
  title: 'an interactive session on stdin, -s -u -p -c, and servers that are not there',
  run: async (side) => {
    const port = await side.freePort();
    const closed = await side.freePort();
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}
[inet_http_server]
port=127.0.0.1:${port}
username=user
password=pass
[supervisorctl]
serverurl=http://127.0.0.1:${port}
username=user
password=pass
prompt=mine
${writePrograms(side)}`,
    );
    const socket = `unix://${side.path('s.sock')}`;
    const inet = `http://127.0.0.1:${port}`;
    await observeControls(
      side,
      ['status', 'pid', 'start cat', 'stop all', 'shutdown', 'reload', 'update', 'reread', 'avail'],
      { title: 'before the daemon' },
    );
    const daemon = await side.start();
    await untilState(side, 'cat', 'RUNNING');
    const session = async (title: string, line: string, ...lines: string[]) =>
      observeControl(side, line, { title, stdin: lines.map((item) => `${item}\n`).join('') });
    await session(
      'a session',
      '',
      'status cat',
      'start off',
      '',
      'nope',
      'status off',
      'stop off',
      'pid nope',
      'help',
      'help start',
      'quit',
    );
    await session('ends with the input', '', 'pid nope');
    await session('of another prompt', `-c ${side.path('supervisord.conf')}`, 'status cat', 'exit');
    await session('a command, then a session', '-c ctl.conf -i pid nope', 'status cat', 'quit');
    await session(
      'open',
      '',
      `open ${socket}`,
      'open ftp://x',
      `open unix://${side.path('nope')}`,
      'status',
      'quit',
    );
    await session('declined', '', 'shutdown', 'n', 'reload', 'n', 'shutdown x', 'reload x', 'quit');
    await observeControls(
      side,
      [
        `-c ${side.path('supervisord.conf')} status cat`,
        `-s ${socket} status cat`,
        `-s ${inet} status cat`,
        `-s ${inet} -u user -p pass status cat`,
        `-s ${inet} -u user -p word pid`,
        `-s ${inet} -u user -p word status`,
        `-s ${inet} -u user -p word start cat`,
        `-s http://127.0.0.1:${closed} version`,
        `-s http://127.0.0.1:${closed} status`,
        `-s unix://${side.path('nope')} status`,
        `-s ${socket} start cat`,
      ],
      { title: 'options' },
    );
    side.observe('the daemon lives', daemon.isRunning());
  },
};
