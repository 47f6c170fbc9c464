/**
 * `start`, `stop`, `restart`, `signal`: several names, each a process, a group, or `all`.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines, switchOption } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { describeSignal, describeStart, describeStop } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { startWithoutDependencies } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { everyProcess } from './every-process.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { planRestart, restartByMode } from './restart-mode.ts';
import { restartInTurn } from './rolling.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';
import { apply, type Verb } from './verbs.ts';

export const start: Command = command({
  name: 'start',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {
    noDeps: switchOption('--no-deps', 'Do not wait for dependencies, and do not start them.', '0.2.0'),
  },
  summary: 'Starts processes that do not run.',
  help: lines(
    'start <name>\t\tStart a process',
    'start <gname>:*\t\tStart all processes in a group',
    'start <name> <name>\tStart multiple processes or groups',
    'start all\t\tStart all processes',
  ),
  details: [
    'The command waits until each process is RUNNING or has failed, which may take startsecs. An ' +
      'error for a process that runs already does not change the exit code.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'A name is unknown, or a program cannot be executed.',
    invalidArguments: 'No name is given, or a group is unknown.',
    notRunning: 'A program failed to start, or the socket does not exist.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options }) => {
    if (!(await isUp(session))) return;
    if (words.length === 0)
      failWithHelp(session, start, 'Error: start requires a process name', EXIT.invalidArguments);
    else if (options.noDeps) {
      const names = await everyProcess(session, await session.expandNames(words));
      await apply(session, { ...startVerb(session), forProcess: withoutDependencies(session) }, names);
    } else await apply(session, startVerb(session), await session.expandNames(words));
  },
});

export const stop: Command = command({
  name: 'stop',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {},
  summary: 'Stops processes.',
  help: lines(
    'stop <name>\t\tStop a process',
    'stop <gname>:*\t\tStop all processes in a group',
    'stop <name> <name>\tStop multiple processes or groups',
    'stop all\t\tStop all processes',
  ),
  details: [
    'The command waits until each process has ended: its stopsignal is sent, and SIGKILL after ' +
      'stopwaitsecs. A process that does not run does not change the exit code.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'No name is given, or a name or a group is unknown.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    if (words.length === 0) failWithHelp(session, stop, 'Error: stop requires a process name', EXIT.generic);
    else await apply(session, stopVerb(session), await session.expandNames(words));
  },
});

export const restart: Command = command({
  name: 'restart',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {
    rolling: switchOption('--rolling', 'Restart one process after the other.', '0.1.0'),
    maxUnavailable: {
      flag: '--max-unavailable',
      value: 'NUMBER',
      help: 'With --rolling: how many processes may be down at once, 1 without the option.',
      since: '0.2.0',
      read: readCount,
    },
  },
  summary: 'Stops processes and starts them again.',
  help: lines(
    'restart <name>\t\tRestart a process',
    'restart <gname>:*\tRestart all processes in a group',
    'restart <name> <name>\tRestart multiple processes or groups',
    'restart all\t\tRestart all processes',
    'Note: restart does not reread config files. For that, see reread and update.',
  ),
  details: [
    'All named processes are stopped before the first one starts.',
    'Programs with restart_mode=rolling or start_first are restarted by the daemon, one process after the other: each is ' +
      'RUNNING before the next one stops. If one fails, the rest are not restarted. With start_first the new process is ' +
      'RUNNING before the former one is stopped.',
    'With --rolling the client restarts the other processes in the same way, one after the other. A name without a colon ' +
      'then means the group.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'No name is given, or a name is unknown.',
    invalidArguments: 'A group is unknown; with --rolling also: no name is given, or a name is unknown.',
    notRunning: 'A program failed to start, or the socket does not exist.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options, catalogue }) => {
    if (!(await isUp(session))) return;
    const { rolling, maxUnavailable } = options;
    if (rolling) {
      await restartInTurn(session, words, maxUnavailable ?? 1);
    } else if (maxUnavailable !== null) {
      session.fail('Error: --max-unavailable of restart requires --rolling', EXIT.invalidArguments);
    } else if (words.length === 0) {
      failWithHelp(session, restart, 'Error: restart requires a process name', EXIT.generic);
    } else {
      const { plain, byMode } = await planRestart(session, await session.expandNames(words));
      if (plain.length > 0) {
        await stop.run(session, plain.join(' '), catalogue);
        await start.run(session, plain.join(' '), catalogue);
      }
      if (byMode.length > 0) await restartByMode(session, byMode);
    }
  },
});

export const signal: Command = command({
  name: 'signal',
  arguments: [
    { name: 'signal', kind: 'signal' },
    { name: 'name', kind: 'process', isRepeated: true },
  ],
  options: {},
  summary: 'Sends a signal to processes.',
  help: lines(
    'signal <signal name> <name>\t\tSignal a process',
    'signal <signal name> <gname>:*\t\tSignal all processes in a group',
    'signal <signal name> <name> <name>\tSignal multiple processes or groups',
    'signal <signal name> all\t\tSignal all processes',
  ),
  details: ['The signal is a name with or without SIG, or a number.'],
  exits: {
    ...SERVER_EXITS,
    generic: 'No signal or no name is given, or a signal, a name or a group is unknown.',
    notRunning: 'A process does not run, or the socket does not exist.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    const [signalName, ...names] = words;
    if (signalName === undefined || names.length === 0) {
      failWithHelp(session, signal, 'Error: signal requires a signal name and a process name', EXIT.generic);
    } else await apply(session, signalVerb(session, signalName), await session.expandNames(names));
  },
});

/** A number from 1 up. */
function readCount(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function withoutDependencies({ connection }: Session): Verb['forProcess'] {
  return (name) => startWithoutDependencies(connection, name);
}

function startVerb({ supervisor }: Session): Verb {
  return {
    forAll: supervisor.startAllProcesses,
    forGroup: supervisor.startProcessGroup,
    forProcess: supervisor.startProcess,
    describe: describeStart,
    harmless: FAULT_CODES.ALREADY_STARTED,
    noGroupExit: EXIT.invalidArguments,
  };
}

function stopVerb({ supervisor }: Session): Verb {
  return {
    forAll: supervisor.stopAllProcesses,
    forGroup: supervisor.stopProcessGroup,
    forProcess: supervisor.stopProcess,
    describe: describeStop,
    harmless: FAULT_CODES.NOT_RUNNING,
    noGroupExit: EXIT.generic,
  };
}

function signalVerb({ supervisor }: Session, signalName: string): Verb {
  return {
    forAll: () => supervisor.signalAllProcesses(signalName),
    forGroup: (group) => supervisor.signalProcessGroup(group, signalName),
    forProcess: (name) => supervisor.signalProcess(name, signalName),
    describe: describeSignal,
    noGroupExit: EXIT.generic,
  };
}
