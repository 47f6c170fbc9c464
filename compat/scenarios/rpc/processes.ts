/**
 * Starting, stopping, signalling and feeding processes of every kind over XML-RPC.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import {
  type Call,
  observeCalls,
  observeStates,
  resultOf,
  untilLogged,
  untilState,
} from '../support/calls.ts';
import { program, writePrograms } from '../support/programs.ts';

export const rpcProcesses: Scenario = {
  name: 'rpc-processes',
  title: 'start, stop, signal and stdin over XML-RPC, for well and badly behaved programs',
  differences: ['deferred-answer-length', 'signal-constants'],
  run: async (side) => {
    const patient = program('patient', '/bin/cat', 'startsecs=600');
    const lasting = program('lasting', side.path('stubborn.sh'), 'stopwaitsecs=600');
    side.writeFile('supervisord.conf', `${side.preamble}${writePrograms(side)}\n${patient}${lasting}`);
    await side.start();
    await untilState(side, 'cat', 'RUNNING');
    await observeStates(side, 'states at first');
    await observeOneProcess(side);
    await observeStopOfStart(side);
    await observeFailingStarts(side);
    await observeEndings(side);
    await observeSignals(side);
    await observeStdin(side);
    await observeStubborn(side);
    await observeGroups(side);
    await observeEverything(side);
  },
};

async function observeOneProcess(side: Side): Promise<void> {
  await observeCalls(
    side,
    [
      ['startProcess', 'off'],
      ['getProcessInfo', 'off'],
      ['startProcess', 'off'],
      ['startProcess', 'off:off', false],
      ['stopProcess', 'off'],
      ['getProcessInfo', 'off'],
      ['stopProcess', 'off'],
      ['stopProcess', 'off', false],
      ['startProcess', 'off', false],
      ['stopProcess', 'off:off', false],
      ['startProcess', 'patient', false],
      ['getProcessInfo', 'patient'],
      ['startProcess', 'patient'],
      ['stopProcess', 'patient'],
      ['startProcess', 'slow'],
      ['getProcessInfo', 'slow'],
      ['stopProcess', 'slow', true],
      ['startProcess', 'päron'],
      ['stopProcess', 'päron'],
    ],
    { title: 'one process' },
  );
  await untilState(side, 'off', 'STOPPED');
}

/** A client stops a process that another client waits for. */
async function observeStopOfStart(side: Side): Promise<void> {
  const starting = side.rpc('supervisor.startProcess', ['patient']);
  await untilState(side, 'patient', 'STARTING');
  await observeCalls(side, [['stopProcess', 'patient']], { title: 'while it starts' });
  side.observe('while it starts: the result of the start', { ...(await starting) });
  await observeCalls(side, [['removeProcessGroup', 'patient']], { title: 'while it starts' });
}

async function observeFailingStarts(side: Side): Promise<void> {
  for (const name of ['missing', 'unfound', 'refused', 'directory', 'misquoted']) {
    await observeCalls(
      side,
      [
        ['startProcess', name],
        ['startProcess', name, false],
        ['startProcessGroup', name],
        ['getProcessInfo', name],
      ],
      { title: 'cannot start' },
    );
  }
}

async function observeEndings(side: Side): Promise<void> {
  await observeCalls(side, [['startProcess', 'dies']], { title: 'endings' });
  await untilState(side, 'dies', 'FATAL');
  await observeCalls(
    side,
    [
      ['getProcessInfo', 'dies'],
      ['stopProcess', 'dies'],
    ],
    { title: 'endings' },
  );
  // The answers are not observed: the reference can find that the process has ended already, and make a fault of that.
  await side.rpc('supervisor.startProcess', ['dies', false]);
  for (const name of ['expected', 'unexpected']) {
    await side.rpc('supervisor.startProcess', [name, false]);
    await untilState(side, name, 'EXITED');
    await observeCalls(side, [['getProcessInfo', name]], { title: 'endings' });
  }
  await untilState(side, 'dies', 'FATAL');
  await observeStates(side, 'states after programs ended');
}

async function observeSignals(side: Side): Promise<void> {
  await resultOf(side, 'startProcess', 'catcher');
  await untilLogged(side, 'catcher', 'ready');
  await observeCalls(side, [['signalProcess', 'catcher', 'HUP']], { title: 'signals' });
  await untilLogged(side, 'catcher', 'HUP');
  await observeCalls(side, [['signalProcess', 'catcher', 'sigusr1']], { title: 'signals' });
  await untilLogged(side, 'catcher', 'USR1');
  await observeCalls(side, [['signalProcess', 'catcher:catcher', '12']], { title: 'signals' });
  await untilLogged(side, 'catcher', 'USR2');
  const refused = [
    '',
    'nope',
    'SIG',
    '0',
    '-1',
    '65',
    '999',
    '9.5',
    ' CONT',
    'SIGSIGHUP',
    'SIG_DFL',
    'RTMIN+1',
  ];
  await observeCalls(
    side,
    [
      ...refused.map((signal): Call => ['signalProcess', 'catcher', signal]),
      ['signalProcess', 'catcher', 18],
      ['signalProcess', 'off', 'HUP'],
      ['signalProcess', 'off', 'nope'],
      ['signalProcess', 'dies', 'HUP'],
      ['signalProcess', 'catcher:*', 'CONT'],
      ['signalProcess', 'pair:*', 'CONT'],
      ['signalProcessGroup', 'catcher', 'nope'],
      ['signalProcessGroup', 'catcher', 'CONT'],
      ['signalProcessGroup', 'many', 'CONT'],
      ['signalAllProcesses', 'CONT'],
      ['signalAllProcesses', 'nope'],
      ['signalAllProcesses', 18],
    ],
    { title: 'signals' },
  );
  side.observe(
    'what the signalled program got',
    await resultOf(side, 'readProcessStdoutLog', 'catcher', 0, 0),
  );
  await observeCalls(side, [['signalProcess', 'catcher', 'KILL']], { title: 'signals' });
  await untilState(side, 'catcher', 'EXITED');
  await observeCalls(side, [['getProcessInfo', 'catcher']], { title: 'signals' });
}

async function observeStdin(side: Side): Promise<void> {
  const feed = async (text: string) =>
    observeCalls(side, [['sendProcessStdin', 'cat', text]], { title: 'stdin' });
  await feed('plain\n');
  await untilLogged(side, 'cat', 'plain');
  await feed('');
  await feed('Grüße, 世界 🦜\n');
  await untilLogged(side, 'cat', '🦜');
  await feed('<&>"\'\t\n');
  await untilLogged(side, 'cat', '<&>');
  await feed('half');
  await feed(' whole\n');
  await untilLogged(side, 'cat', 'half whole');
  await feed(`${'0123456789abcdef'.repeat(8192)}\nthe end\n`);
  await untilLogged(side, 'cat', 'the end');
  const all = await resultOf(side, 'readProcessStdoutLog', 'cat', 0, 0);
  side.observe('what cat got on stdin', String(all).replace(/(0123456789abcdef)+/, '(long)'));
  side.observe('how much cat got on stdin', String(all).length);

  await resultOf(side, 'startProcess', 'deaf');
  await untilLogged(side, 'deaf', 'ready');
  await observeCalls(
    side,
    [
      ['sendProcessStdin', 'deaf', 'x\n'],
      ['sendProcessStdin', 'off', 'x\n'],
      ['sendProcessStdin', 'cat:*', 'x\n'],
      ['stopProcess', 'deaf'],
    ],
    { title: 'stdin' },
  );
}

async function observeStubborn(side: Side): Promise<void> {
  for (const name of ['lasting', 'stubborn']) {
    await resultOf(side, 'startProcess', name);
    await untilLogged(side, name, 'ready');
  }
  await observeCalls(
    side,
    [
      ['stopProcess', 'lasting', false],
      ['stopProcess', 'lasting', false],
      ['startProcess', 'lasting', false],
      ['sendProcessStdin', 'lasting', 'x'],
      ['signalProcess', 'lasting', 'CONT'],
      ['removeProcessGroup', 'lasting'],
      ['signalProcess', 'lasting', 'KILL'],
    ],
    { title: 'stubborn' },
  );
  await untilState(side, 'lasting', 'STOPPED');
  await observeCalls(side, [['removeProcessGroup', 'lasting']], { title: 'stubborn' });
  await observeCalls(
    side,
    [
      ['stopProcess', 'stubborn'],
      ['getProcessInfo', 'stubborn'],
    ],
    { title: 'stubborn' },
  );
}

async function observeGroups(side: Side): Promise<void> {
  await observeCalls(
    side,
    [
      ['startProcessGroup', 'many'],
      ['startProcessGroup', 'many'],
      ['startProcess', 'many:*'],
      ['stopProcess', 'many:many_1'],
      ['startProcess', 'many:*', false],
      ['stopProcess', 'many:', false],
    ],
    { title: 'groups' },
  );
  for (const index of [0, 1, 2]) await untilState(side, `many:many_${index}`, 'STOPPED');
  await observeCalls(
    side,
    [
      ['startProcessGroup', 'pair', false],
      ['stopProcess', 'pair:left'],
      ['startProcess', 'pair:*'],
      ['stopProcess', 'pair:right'],
    ],
    { title: 'groups' },
  );
  await observeStates(side, 'states after work with groups');
  await observeCalls(side, [['stopProcess', 'pair:*']], { title: 'groups' });
}

async function observeEverything(side: Side): Promise<void> {
  await observeCalls(
    side,
    [
      ['stopAllProcesses'],
      ['stopAllProcesses', false],
      // Not in ASCII: the reference counts characters, not bytes, when such a name is in a deferred answer.
      ['startProcessGroup', 'päron'],
      ['removeProcessGroup', 'päron'],
      ['stopProcessGroup', 'päron'],
      ['removeProcessGroup', 'päron'],
      ['removeProcessGroup', 'expected'],
      ['removeProcessGroup', 'unexpected'],
      // Processes that start last start and end in an order that depends on the programs.
      ['removeProcessGroup', 'dies'],
      ['startAllProcesses'],
      ['startAllProcesses', false],
    ],
    { title: 'everything' },
  );
  await observeStates(side, 'states after startAllProcesses');
  await observeCalls(side, [['signalAllProcesses', 'CONT']], { title: 'everything' });
  await observeCalls(side, [['removeProcessGroup', 'cat']], { title: 'everything' });
  await resultOf(side, 'stopProcess', 'stubborn');
  const stopped = await resultOf(side, 'stopAllProcesses');
  // They end in any order.
  const lines = Array.isArray(stopped) ? stopped.map((item) => JSON.stringify(item)).sort() : [];
  side.observe('stopAllProcesses of everything, sorted', lines);
  await observeStates(side, 'states after stopAllProcesses');
}
