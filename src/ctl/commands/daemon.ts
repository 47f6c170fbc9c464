/**
 * `shutdown`, `reload`, `open`, `quit`, `exit`: the daemon as a whole, and the connection to it.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { NoInputError } from '../terminal/line-input.ts';
import { schemeOf } from '../wire/server-url.ts';
import { FaultError, isMissing, isRefused } from '../wire/trouble.ts';
import { type Command, command, type Outcome } from './command.ts';
import { refuseArguments } from './refuse-arguments.ts';
import { showStatus } from './status.ts';

export const shutdown: Command = command({
  name: 'shutdown',
  arguments: [],
  options: {},
  summary: 'Stops every process and ends the daemon.',
  help: 'shutdown \tShut the remote supervisord down.',
  details: [
    'In a session, and with -i, the command asks first. The answer comes before the last process has stopped.',
  ],
  exits: { generic: 'The command has an argument, or the server did not answer.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { argument }) => {
    if (refuseArguments(session, shutdown, argument)) return;
    if (!(await isConfirmed(session, 'Really shut the remote supervisord process down y/N? '))) return;
    const { serverUrl } = session.connection;
    try {
      await session.supervisor.shutdown();
      session.print('Shut down');
    } catch (error) {
      if (isShuttingDown(error)) session.print('ERROR: already shutting down');
      else if (isRefused(error)) {
        session.fail(`ERROR: ${serverUrl} refused connection (already shut down?)`, EXIT.generic);
      } else if (isMissing(error)) {
        session.fail(`ERROR: ${serverUrl} no such file (already shut down?)`, EXIT.generic);
      } else throw error;
    }
  },
});

export const reload: Command = command({
  name: 'reload',
  arguments: [],
  options: {},
  summary: 'Stops every process, reads the configuration again and starts anew, in the same daemon.',
  help: 'reload \t\tRestart the remote supervisord.',
  details: ['In a session, and with -i, the command asks first. update restarts only what differs.'],
  exits: { generic: 'The command has an argument, the daemon shuts down, or the server did not answer.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { argument }) => {
    if (refuseArguments(session, reload, argument)) return;
    if (!(await isConfirmed(session, 'Really restart the remote supervisord process y/N? '))) return;
    try {
      await session.supervisor.restart();
      session.print('Restarted supervisord');
    } catch (error) {
      if (!isShuttingDown(error)) throw error;
      session.fail('ERROR: already shutting down', EXIT.generic);
    }
  },
});

export const open = command({
  name: 'open',
  arguments: [{ name: 'url', kind: 'word' }],
  options: {},
  summary: 'Connects the session to another daemon and prints its status.',
  help: lines(
    'open <url>\tConnect to a remote supervisord process.',
    '\t\t(for UNIX domain socket, use unix:///socket/path)',
  ),
  details: ['User name and password stay those of the session.'],
  exits: { generic: 'The URL is none of http://, https:// and unix://, or the server did not answer.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { argument }) => {
    const url = strip(argument);
    if (!['unix', 'http', 'https'].includes(schemeOf(url))) {
      session.fail('ERROR: url must be http:// or unix://', EXIT.generic);
      return;
    }
    session.connection.serverUrl = url;
    const before = session.exitStatus;
    await showStatus(session, []);
    session.exitStatus = before;
  },
});

export const quit = command({
  name: 'quit',
  arguments: [],
  options: {},
  summary: 'Ends the session.',
  help: 'quit\tExit the supervisor shell.',
  details: [],
  exits: {},
  isStock: true,
  since: '0.1.0',
  run: leave,
});

export const exit = command({
  name: 'exit',
  arguments: [],
  options: {},
  summary: 'Ends the session.',
  help: 'exit\tExit the supervisor shell.',
  details: [],
  exits: {},
  isStock: true,
  since: '0.1.0',
  run: leave,
});

/** Ends the session, with an empty line so that the prompt of the shell above stands on a line of its own. */
export function leave(session: Session): Promise<Outcome> {
  session.print('');
  return Promise.resolve('stop');
}

/** Asks in a session that reads commands; elsewhere the command line is the confirmation. */
async function isConfirmed(session: Session, question: string): Promise<boolean> {
  if (!session.isInteractive) return true;
  const answer = await session.input.ask(question);
  if (answer === null) throw new NoInputError('the input ended before the question was answered');
  return answer.toLowerCase().startsWith('y');
}

function isShuttingDown(error: unknown): boolean {
  return error instanceof FaultError && error.code === FAULT_CODES.SHUTDOWN_STATE;
}
