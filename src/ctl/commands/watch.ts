/**
 * `watch`: the processes live, on the whole terminal.
 *
 * @module
 */

import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { type Command, command } from './command.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

const DEFAULT_SECONDS = 1;
const MAX_SECONDS = 3600;

export const watch: Command = command({
  name: 'watch',
  arguments: [{ name: 'seconds', kind: 'word', isOptional: true }],
  options: {},
  summary: 'Shows every process live on the whole terminal, and starts, stops and restarts them by key.',
  help: lines(
    'watch\t\t\tShow all processes live: state, uptime, pid, cpu, memory, restarts, last line',
    'watch <seconds>\t\tThe same, with the seconds between two updates (default 1, at most 3600)',
  ),
  details: [
    'Keys: arrows, j, k, Page Up, Page Down, Home and End select; s, x and r start, stop and restart the selected ' +
      'process; t or Enter follows its output; / filters by name; q leaves.',
    'Processor time and memory are shown for processes of this machine. Restarts are counted from the start of the view.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'The command has no terminal.',
    invalidArguments: 'The argument is not a number of seconds.',
  },
  isStock: false,
  since: '0.1.0',
  run: async (session, { words }) => {
    const [seconds = String(DEFAULT_SECONDS), ...others] = words;
    const interval = Number(seconds);
    if (others.length > 0 || !(interval > 0 && interval <= MAX_SECONDS)) {
      failWithHelp(
        session,
        watch,
        `Error: watch accepts a number of seconds, at most ${MAX_SECONDS}`,
        EXIT.invalidArguments,
      );
    } else if (!session.isTerminal || process.stdin.isTTY !== true) {
      session.fail('Error: watch needs a terminal', EXIT.generic);
    } else if (await isUp(session)) {
      session.out.flush();
      session.input.release();
      const { watchProcesses } = await import('../watch/watch.ts');
      await watchProcesses(session, interval * 1000);
    }
  },
});
