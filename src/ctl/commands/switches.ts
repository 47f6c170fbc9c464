/**
 * `enable`, `disable`: several names, each a process, a group, or `all`.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { setEnabled } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { everyProcess } from './every-process.ts';
import { hintAtName } from './hints.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

const EXITS = {
  ...SERVER_EXITS,
  generic: 'A name is unknown, or the daemon has no statedir or cannot write to it.',
  invalidArguments: 'No name is given.',
  unimplemented: 'The server has no visord namespace: it is a stock supervisord.',
} as const;

export const disable: Command = command({
  name: 'disable',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {},
  summary: 'Stops processes, which then do not start automatically.',
  help: lines(
    'disable <name>\t\tStop a process until it is enabled',
    'disable <gname>:*\tThe same for a group',
  ),
  details: [
    'A disabled process does not start with the daemon, by `cron` or by `update`, even after a restart of the ' +
      'machine. `start` still starts it. The daemon needs `statedir` in `[supervisord]`.',
  ],
  exits: EXITS,
  isForFleet: true,
  isStock: false,
  since: '0.2.0',
  run: (session, { words }) =>
    forEach(session, disable, words, 'disabled', (name) => setEnabled(session.connection, name, false)),
});

export const enable: Command = command({
  name: 'enable',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {},
  summary: 'Lets disabled processes start automatically again.',
  help: lines(
    'enable <name>\t\tLet a disabled process start again',
    'enable <gname>:*\tThe same for a group',
  ),
  details: ['The process is not started by this: `start` starts it.'],
  exits: EXITS,
  isForFleet: true,
  isStock: false,
  since: '0.2.0',
  run: (session, { words }) =>
    forEach(session, enable, words, 'enabled', (name) => setEnabled(session.connection, name, true)),
});

async function forEach(
  session: Session,
  own: Command,
  words: readonly string[],
  done: string,
  act: (name: string) => Promise<unknown>,
): Promise<void> {
  if (!(await isUp(session))) return;
  if (words.length === 0) {
    failWithHelp(session, own, `Error: ${own.name} requires a process name`, EXIT.invalidArguments);
    return;
  }
  for (const name of await everyProcess(session, await session.expandNames(words))) {
    try {
      await act(name);
      session.print(`${shown(name)}: ${done}`);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (error.code === FAULT_CODES.UNKNOWN_METHOD) {
        session.fail('ERROR: this server is not a visord daemon', EXIT.unimplemented);
        return;
      }
      const reason =
        error.code === FAULT_CODES.BAD_NAME ? 'no such process' : error.message.replace(/^\w+: /, '');
      session.fail(`${shown(name)}: ERROR (${reason})`, EXIT.generic);
      if (error.code === FAULT_CODES.BAD_NAME) await hintAtName(session, name);
    }
  }
}

/** One word for a process that has the name of its group. */
function shown(name: string): string {
  const [group, process] = name.split(':');
  return group === process ? (group ?? name) : name;
}
