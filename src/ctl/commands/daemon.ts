/**
 * `shutdown`, `reload`, `open`, `quit`, `exit`: the daemon itself, and the way to it.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { schemeOf } from '../wire/server-url.ts';
import { FaultError, isMissing, isRefused, NoInputError } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { refuseArguments } from './refuse-arguments.ts';
import { showStatus } from './status.ts';

export const shutdown: Command = {
  name: 'shutdown',
  help: 'shutdown \tShut the remote supervisord down.',
  run: async (session, argument) => {
    if (refuseArguments(session, shutdown, argument)) return undefined;
    if (!(await isMeant(session, 'Really shut the remote supervisord process down y/N? '))) return undefined;
    const { serverUrl } = session.connection;
    try {
      await session.supervisor.shutdown();
      session.say('Shut down');
    } catch (error) {
      if (isShuttingDown(error)) session.say('ERROR: already shutting down');
      else if (isRefused(error)) {
        session.fail(`ERROR: ${serverUrl} refused connection (already shut down?)`, EXIT.generic);
      } else if (isMissing(error)) {
        session.fail(`ERROR: ${serverUrl} no such file (already shut down?)`, EXIT.generic);
      } else throw error;
    }
    return undefined;
  },
};

export const reload: Command = {
  name: 'reload',
  help: 'reload \t\tRestart the remote supervisord.',
  run: async (session, argument) => {
    if (refuseArguments(session, reload, argument)) return undefined;
    if (!(await isMeant(session, 'Really restart the remote supervisord process y/N? '))) return undefined;
    try {
      await session.supervisor.restart();
      session.say('Restarted supervisord');
    } catch (error) {
      if (!isShuttingDown(error)) throw error;
      session.fail('ERROR: already shutting down', EXIT.generic);
    }
    return undefined;
  },
};

export const open: Command = {
  name: 'open',
  help: lines(
    'open <url>\tConnect to a remote supervisord process.',
    '\t\t(for UNIX domain socket, use unix:///socket/path)',
  ),
  run: async (session, argument) => {
    const url = strip(argument);
    if (!['unix', 'http'].includes(schemeOf(url))) {
      session.fail('ERROR: url must be http:// or unix://', EXIT.generic);
      return undefined;
    }
    session.connection.serverUrl = url;
    const before = session.exitStatus;
    await showStatus(session, '');
    session.exitStatus = before;
    return undefined;
  },
};

export const quit: Command = {
  name: 'quit',
  help: 'quit\tExit the supervisor shell.',
  run: leave,
};

export const exit: Command = {
  name: 'exit',
  help: 'exit\tExit the supervisor shell.',
  run: leave,
};

/** An empty line, so that the shell's prompt stands on a line of its own; the end of the session. */
export function leave(session: Session): Promise<'stop'> {
  session.say('');
  return Promise.resolve('stop');
}

/** A session that a person or a script types into is asked first. */
async function isMeant(session: Session, question: string): Promise<boolean> {
  if (!session.isInteractive) return true;
  const answer = await session.input.ask(question);
  if (answer === null) throw new NoInputError('the input ended before the question was answered');
  return answer.toLowerCase().startsWith('y');
}

function isShuttingDown(error: unknown): boolean {
  return error instanceof FaultError && error.code === FAULT_CODES.SHUTDOWN_STATE;
}
