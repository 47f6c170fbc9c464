/**
 * `reload-program`: processes read their own configuration again.
 *
 * @module
 */
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { describeReload } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { reloadAll, reloadGroup, reloadProcess } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { apply, type Verb } from './verbs.ts';
import { VISORD_EXITS, withVisord } from './visord-only.ts';

export const reloadProgram: Command = command({
  name: 'reload-program',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: {},
  summary: 'Sends processes their reload_signal.',
  help: lines(
    'reload-program <name>\t\tMake a process read its configuration again',
    'reload-program <gname>:*\tThe same for all processes in a group',
    'reload-program <name> <name>\tThe same for multiple processes or groups',
    'reload-program all\t\tThe same for all processes',
  ),
  details: [
    'The signal is the reload_signal of the program. With a group or all, processes that have none or do not ' +
      'run are left out.',
  ],
  exits: {
    ...VISORD_EXITS,
    generic: 'No name is given, a name or a group is unknown, or a program has no reload_signal.',
    notRunning: 'A process is not RUNNING, or the socket does not exist.',
  },
  isStock: false,
  since: '0.2.0',
  run: async (session, { words }) => {
    if (words.length === 0) {
      failWithHelp(session, reloadProgram, 'Error: reload-program requires a process name', EXIT.generic);
      return;
    }
    await withVisord(session, async () =>
      apply(session, reloadVerb(session), await session.expandNames(words, true)),
    );
  },
});

function reloadVerb({ connection }: Session): Verb {
  return {
    forAll: () => reloadAll(connection),
    forGroup: (group) => reloadGroup(connection, group),
    forProcess: (name) => reloadProcess(connection, name),
    describe: describeReload,
    noGroupExit: EXIT.generic,
  };
}
