/**
 * `history`: the last state changes of processes.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { type CommandOption, lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { historyLines } from '../history-lines.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { getHistory, type StateChange } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { everyProcess } from './every-process.ts';
import { hintAtName } from './hints.ts';
import { JSON_OPTION, toJson } from './json.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { VISORD_EXITS, withVisord } from './visord-only.ts';

/** The number of changes that the daemon keeps of a process. */
const ALL = 100;

const LIMIT_OPTION: CommandOption<number> = {
  flag: '--limit',
  value: 'N',
  help: 'Show the last N changes of each process.',
  since: '0.2.0',
  read: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null),
};

export const history: Command = command({
  name: 'history',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: { limit: LIMIT_OPTION, json: JSON_OPTION },
  summary: 'Shows the last state changes of processes.',
  help: lines(
    'history <name>\t\tShow the last state changes of a process',
    'history <gname>:*\tThe same for a group',
  ),
  details: [
    'A line for each change, the oldest first: the time, the two states, the pid, and for an exit its status or signal. ' +
      'The daemon keeps the last 100 of each process, also when it is killed, upgraded or reloaded, until it shuts down.',
  ],
  exits: { ...VISORD_EXITS, generic: 'A name is unknown.', invalidArguments: 'No name is given.' },
  isStock: false,
  since: '0.2.0',
  run: async (session, { words, options }) => {
    await withVisord(session, async () => {
      if (words.length === 0) {
        failWithHelp(session, history, 'Error: history requires a process name', EXIT.invalidArguments);
        return;
      }
      const names = await everyProcess(session, await session.expandNames(words));
      for (const name of names) {
        const changes = await changesOf(session, name, options.limit ?? ALL);
        if (changes === null) continue;
        if (options.json) session.print(toJson(changes));
        else {
          const prefix = names.length > 1 ? `${name}  ` : '';
          for (const line of await historyLines(changes)) session.print(prefix + line);
        }
      }
    });
  },
});

/** Null where there is no such process; that is printed then. */
async function changesOf(
  session: Session,
  name: string,
  limit: number,
): Promise<readonly StateChange[] | null> {
  try {
    return await getHistory(session.connection, name, limit);
  } catch (error) {
    if (!(error instanceof FaultError) || error.code !== FAULT_CODES.BAD_NAME) throw error;
    session.fail(`${name}: ERROR (no such process)`, EXIT.generic);
    await hintAtName(session, name);
    return null;
  }
}
