/**
 * `start`, `stop`, `restart`, `signal`: several names, each a process, a group, or `all`.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import type { Session } from '../session.ts';
import type { ProcessResult } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { hintAtName } from './hints.ts';
import { describeSignal, describeStart, describeStop, type Outcome } from './outcomes.ts';
import { ROLLING, restartInTurn } from './rolling.ts';
import { isUp } from './upcheck.ts';

/** One verb: how to ask for it, and what to say about what came of it. */
interface Verb {
  readonly forAll: () => Promise<readonly ProcessResult[]>;
  readonly forGroup: (group: string) => Promise<readonly ProcessResult[]>;
  readonly forProcess: (name: string) => Promise<unknown>;
  readonly describe: (outcome: Outcome) => string;
  /** The fault that is no failure: what was asked for is so already. */
  readonly harmless?: number;
  /** How the run ends where there is no such group. */
  readonly noGroupExit: number;
}

export const start: Command = {
  name: 'start',
  help: lines(
    'start <name>\t\tStart a process',
    'start <gname>:*\t\tStart all processes in a group',
    'start <name> <name>\tStart multiple processes or groups',
    'start all\t\tStart all processes',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const names = words(argument);
    if (names.length === 0)
      refuse(session, start, 'Error: start requires a process name', EXIT.invalidArguments);
    else await apply(session, startVerb(session), await session.expandNames(names));
    return undefined;
  },
};

export const stop: Command = {
  name: 'stop',
  help: lines(
    'stop <name>\t\tStop a process',
    'stop <gname>:*\t\tStop all processes in a group',
    'stop <name> <name>\tStop multiple processes or groups',
    'stop all\t\tStop all processes',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const names = words(argument);
    if (names.length === 0) refuse(session, stop, 'Error: stop requires a process name', EXIT.generic);
    else await apply(session, stopVerb(session), await session.expandNames(names));
    return undefined;
  },
};

export const restart: Command = {
  name: 'restart',
  help: lines(
    'restart <name>\t\tRestart a process',
    'restart <gname>:*\tRestart all processes in a group',
    'restart <name> <name>\tRestart multiple processes or groups',
    'restart all\t\tRestart all processes',
    'Note: restart does not reread config files. For that, see reread and update.',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const given = words(argument);
    if (given.length === 0) {
      refuse(session, restart, 'Error: restart requires a process name', EXIT.generic);
      return undefined;
    }
    if (given.includes(ROLLING)) {
      await restartInTurn(
        session,
        given.filter((word) => word !== ROLLING),
      );
      return undefined;
    }
    const names = (await session.expandNames(given)).join(' ');
    await stop.run(session, names);
    return start.run(session, names);
  },
};

export const signal: Command = {
  name: 'signal',
  help: lines(
    'signal <signal name> <name>\t\tSignal a process',
    'signal <signal name> <gname>:*\t\tSignal all processes in a group',
    'signal <signal name> <name> <name>\tSignal multiple processes or groups',
    'signal <signal name> all\t\tSignal all processes',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const [signalName, ...names] = words(argument);
    if (signalName === undefined || names.length === 0) {
      refuse(session, signal, 'Error: signal requires a signal name and a process name', EXIT.generic);
    } else await apply(session, signalVerb(session, signalName), await session.expandNames(names));
    return undefined;
  },
};

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

async function apply(session: Session, verb: Verb, names: readonly string[]): Promise<void> {
  if (names.includes('all')) {
    report(session, verb, await verb.forAll());
    return;
  }
  for (const name of names) {
    const { group, process } = splitName(name);
    if (process === null) await applyToGroup(session, verb, group);
    else await applyToProcess(session, verb, name, group, process);
  }
}

async function applyToGroup(session: Session, verb: Verb, group: string): Promise<void> {
  try {
    report(session, verb, await verb.forGroup(group));
  } catch (error) {
    if (!(error instanceof FaultError) || error.code !== FAULT_CODES.BAD_NAME) throw error;
    session.fail(`${group}: ERROR (no such group)`, verb.noGroupExit);
    await hintAtName(session, group);
  }
}

async function applyToProcess(
  session: Session,
  verb: Verb,
  fullName: string,
  group: string,
  name: string,
): Promise<void> {
  let status: number = FAULT_CODES.SUCCESS;
  let description = 'OK';
  try {
    await verb.forProcess(fullName);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    status = error.code;
    description = error.message;
  }
  report(session, verb, [{ name, group, status, description }]);
  if (status === FAULT_CODES.BAD_NAME) await hintAtName(session, fullName);
}

function report(session: Session, verb: Verb, results: readonly ProcessResult[]): void {
  for (const { name, group, status, description } of results) {
    session.say(verb.describe({ name: joinName(group, name), code: status, text: description }));
    session.noteResult(status, verb.harmless);
  }
}

function refuse(session: Session, command: Command, line: string, exitStatus: number): void {
  session.fail(line, exitStatus);
  session.say(command.help);
}
