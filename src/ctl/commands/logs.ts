/**
 * `tail`, `maintail`, `clear`: the logs of programs and of the daemon.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { decimalInteger } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import { describeClear } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, command } from './command.ts';
import { followLog } from './follow-log.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

const DEFAULT_BYTES = 1600;

export const tail: Command = command({
  name: 'tail',
  arguments: [
    { name: '-f|-<bytes>', kind: 'word', choices: ['-f', '-<bytes>'], isOptional: true },
    { name: 'name', kind: 'process' },
    { name: 'channel', kind: 'word', choices: ['stdout', 'stderr'], isOptional: true },
  ],
  options: {},
  summary: 'Prints the end of the log of a process, or follows it.',
  help: lines(
    'tail [-f] <name> [stdout|stderr] (default stdout)',
    'Ex:',
    'tail -f <name>\t\tContinuous tail of named process stdout',
    '\t\t\tCtrl-C to exit.',
    'tail -100 <name>\tlast 100 *bytes* of process stdout',
    'tail <name> stderr\tlast 1600 *bytes* of process stderr',
  ),
  details: [
    'Without a channel it is the log of stdout. With -f the last 1024 bytes are printed, then all that is written; Ctrl-C ' +
      'ends the command. A log that rotates is followed into the new file.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'An argument is wrong, the name is unknown, or the process has no log.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    const request = readTailArguments(session, words);
    if (request === null) return;
    const { name, channel, bytes } = request;
    if (bytes === null) await followLog(session, `/logtail/${name}/${channel}`);
    else
      await printLogEnd(session, name, () => session.supervisor.readProcessLog(channel, name, 0 - bytes, 0));
  },
});

export const maintail: Command = command({
  name: 'maintail',
  arguments: [{ name: '-f|-<bytes>', kind: 'word', choices: ['-f', '-<bytes>'], isOptional: true }],
  options: {},
  summary: 'Prints the end of the log of the daemon, or follows it.',
  help: lines(
    'maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)',
    'maintail -100\tlast 100 *bytes* of supervisord main log file',
    'maintail\tlast 1600 *bytes* of supervisor main log file',
    '',
  ),
  details: ['With -f the last 1024 bytes are printed, then all that is written; Ctrl-C ends the command.'],
  exits: {
    ...SERVER_EXITS,
    generic: 'An argument is wrong, or the daemon has no log file.',
  },
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    const [modifier, ...others] = words;
    if (others.length > 0) {
      failWithHelp(session, maintail, 'Error: too many arguments', EXIT.generic);
    } else if (modifier === '-f') {
      await followLog(session, '/mainlogtail');
    } else {
      const bytes = modifier === undefined ? DEFAULT_BYTES : bytesOf(modifier);
      if (bytes === null) session.fail(`Error: bad argument ${modifier}`, EXIT.generic);
      else await printLogEnd(session, 'supervisord', () => session.supervisor.readLog(0 - bytes, 0));
    }
  },
});

export const clear: Command = command({
  name: 'clear',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {},
  summary: 'Empties the logs of processes.',
  help: lines(
    "clear <name>\t\tClear a process' log files.",
    "clear <name> <name>\tClear multiple process' log files",
    "clear all\t\tClear all process' log files",
  ),
  details: ['Both channels of a process are emptied; files that were rotated stay.'],
  exits: {
    ...SERVER_EXITS,
    generic: 'No name is given, a name is unknown, or a log cannot be written.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    if (words.length === 0) {
      failWithHelp(session, clear, 'Error: clear requires a process name', EXIT.generic);
    } else if (words.includes('all')) {
      for (const { group, name, status, description } of await session.supervisor.clearAllProcessLogs()) {
        session.print(describeClear({ name: joinName(group, name), code: status, text: description }));
        session.noteResult(status);
      }
    } else {
      for (const name of await session.expandNames(words)) await clearOne(session, name);
    }
  },
});

interface TailRequest {
  readonly name: string;
  readonly channel: 'stdout' | 'stderr';
  /** Null follows the log. */
  readonly bytes: number | null;
}

/** Null where the arguments are wrong; the error is printed then. */
function readTailArguments(session: Session, given: readonly string[]): TailRequest | null {
  if (given.length < 1 || given.length > 3) {
    failWithHelp(session, tail, `Error: too ${given.length < 1 ? 'few' : 'many'} arguments`, EXIT.generic);
    return null;
  }
  const modifier = given[0]?.startsWith('-') ? given[0] : null;
  const rest = modifier === null ? given : given.slice(1);
  const [name] = rest;
  const word = rest.length > 1 ? (rest.at(-1) ?? '').toLowerCase() : 'stdout';
  if (name === undefined) {
    session.fail('Error: tail requires process name', EXIT.generic);
    return null;
  }
  if (word !== 'stdout' && word !== 'stderr') {
    session.fail(`Error: bad channel ${pythonRepr(word)}`, EXIT.generic);
    return null;
  }
  if (modifier === null || modifier === '-f') {
    return { name, channel: word, bytes: modifier === null ? DEFAULT_BYTES : null };
  }
  const bytes = bytesOf(modifier);
  if (bytes === null) {
    session.fail(`Error: bad argument ${modifier}`, EXIT.generic);
    return null;
  }
  return { name, channel: word, bytes };
}

/** The number behind the dash. */
function bytesOf(modifier: string): number | null {
  return modifier.startsWith('-') ? decimalInteger(modifier.slice(1)) : null;
}

async function printLogEnd(session: Session, name: string, read: () => Promise<string>): Promise<void> {
  try {
    session.print(await read());
  } catch (error) {
    const trouble = error instanceof FaultError ? LOG_TROUBLES.get(error.code) : undefined;
    if (trouble === undefined) throw error;
    session.fail(`${name}: ERROR (${trouble})`, EXIT.generic);
  }
}

const LOG_TROUBLES: ReadonlyMap<number, string> = new Map([
  [FAULT_CODES.NO_FILE, 'no log file'],
  [FAULT_CODES.FAILED, 'unknown error reading log'],
  [FAULT_CODES.BAD_NAME, 'no such process name'],
]);

async function clearOne(session: Session, fullName: string): Promise<void> {
  const { group, process } = splitName(fullName);
  const name = joinName(group, process);
  try {
    await session.supervisor.clearProcessLogs(fullName);
    session.print(`${name}: cleared`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    session.print(describeClear({ name, code: error.code, text: error.message }));
    session.noteResult(error.code);
  }
}
