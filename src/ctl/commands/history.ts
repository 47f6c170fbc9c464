/**
 * `history`: the last state changes of processes.
 *
 * @module
 */
import { signalName } from '../../config/tables/signals.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { type CommandOption, lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { padText } from '../names/names.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { getHistory, type StateChange } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { everyProcess } from './every-process.ts';
import { hintAtName } from './hints.ts';
import { JSON_OPTION, toJson } from './json.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { VISORD_EXITS, withVisord } from './visord-only.ts';

/** As many as the daemon keeps of a process. */
const ALL = 100;

const LIMIT_OPTION: CommandOption<number> = {
  flag: '--limit',
  value: 'N',
  help: 'Show the last N changes of each process.',
  since: '0.2.0',
  read: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null),
};

/** The longest name of a state. */
const STATE_WIDTH = 'STARTING'.length;

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
        else await print(session, names.length > 1 ? `${name}  ` : '', changes);
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

async function print(session: Session, prefix: string, changes: readonly StateChange[]): Promise<void> {
  // It needs the addon, which no other command does.
  const { clockText, localTime, twoDigits } = await import('../../python/local-time.ts');
  for (const change of changes) {
    const time = localTime(change.time * 1000);
    const day = `${time.year}-${twoDigits(time.month + 1)}-${twoDigits(time.day)}`;
    const states = `${padText(change.from, STATE_WIDTH)} -> ${padText(change.to, STATE_WIDTH)}`;
    session.print(`${prefix}${day} ${clockText(time)}  ${states}  ${describe(change)}`.trimEnd());
  }
}

function describe({ pid, exited, exitstatus, signal, expected, spawnerr }: StateChange): string {
  const parts = pid > 0 ? [`pid ${pid}`] : [];
  if (signal > 0) parts.push(`terminated by ${signalName(signal)}`);
  else if (exited) parts.push(exitstatus < 0 ? 'exit status unknown' : `exit status ${exitstatus}`);
  if (exited && !expected) parts.push('not expected');
  if (spawnerr !== '') parts.push(spawnerr);
  return parts.join(', ');
}
