/**
 * `watch`: the processes live, on the whole terminal.
 *
 * @module
 */

import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { type Binding, LIST_KEYS, LOG_KEYS } from '../watch/bindings.ts';
import type { WatchOptions } from '../watch/watch.ts';
import { type Command, command } from './command.ts';
import { failWithHelp } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

const DEFAULT_SECONDS = 1;
const MAX_SECONDS = 3600;

export const watch: Command = command({
  name: 'watch',
  arguments: [{ name: 'seconds', kind: 'word', isOptional: true }],
  options: {},
  summary:
    'Shows every process live on the whole terminal, and starts, stops and restarts processes and groups by key.',
  help: lines(
    'watch\t\t\tShow all processes live: state, uptime, pid, cpu, memory, restarts, reason, last line',
    'watch <seconds>\t\tThe same, with the seconds between two updates (default 1, at most 3600)',
  ),
  details: [
    `Keys in the list: ${keyList(LIST_KEYS)}.`,
    `Keys in the view of a log: ${keyList(LOG_KEYS)}.`,
    'Processor time, memory and restarts are those that the daemon reports. A stock supervisord does not report them: ' +
      'for its processes on this machine they are read from /proc, and starts are counted from the start of the view.',
  ],
  exits: {
    ...SERVER_EXITS,
    generic: 'The command has no terminal, or one whose cursor cannot be moved.',
    invalidArguments: 'The argument is not a number of seconds.',
  },
  isForFleet: true,
  isStock: false,
  since: '0.1.0',
  run: async (session, { words }) => {
    const { connection } = session;
    const seconds = readSeconds(session, words);
    if (seconds === null || !(await isUp(session))) return;
    const hosts = [{ prefix: '', connection, limitMs: null }];
    await openView(session, { intervalMs: seconds * 1000, title: connection.serverUrl, hosts });
  },
});

/** The seconds between two updates; null where the view cannot be shown; the error is printed then. */
export function readSeconds(session: Session, words: readonly string[]): number | null {
  const [text = String(DEFAULT_SECONDS), ...others] = words;
  const seconds = Number(text);
  if (others.length > 0 || !(seconds > 0 && seconds <= MAX_SECONDS)) {
    const line = `Error: watch accepts a number of seconds, at most ${MAX_SECONDS}`;
    failWithHelp(session, watch, line, EXIT.invalidArguments);
    return null;
  }
  if (!session.isTerminal || process.stdin.isTTY !== true) {
    session.fail('Error: watch needs a terminal', EXIT.generic);
    return null;
  }
  if (process.env.TERM !== 'dumb') return seconds;
  session.fail(
    'Error: watch needs a terminal with a cursor that can be moved, and TERM is dumb',
    EXIT.generic,
  );
  return null;
}

function keyList(bindings: readonly Binding[]): string {
  return bindings.map(({ keys, does }) => `${keys}: ${does}`).join('. ');
}

/** Shows the view until a key leaves it. */
export async function openView(session: Session, options: WatchOptions): Promise<void> {
  session.out.flush();
  session.input.release();
  const { watchProcesses } = await import('../watch/watch.ts');
  await watchProcesses(session, options);
}
