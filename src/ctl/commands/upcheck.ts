/**
 * Checks that a server answers, with the API that the client expects. Most commands do that first, with the same errors.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { API_VERSION } from '../../rpc/versions.ts';
import type { CommandDescription } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { FaultError, isMissing, isRefused } from '../wire/trouble.ts';

/** How a command ends where the check fails. */
export const SERVER_EXITS = {
  unimplemented: 'The server does not have the supervisor namespace.',
  insufficientPrivileges: 'The server refuses the connection.',
  notInstalled: 'The server has another version of the API.',
  notRunning: 'The socket does not exist.',
} as const satisfies CommandDescription['exits'];

/** False where the check fails; the reason is printed then. @throws for an answer that is not XML-RPC */
export async function isUp(
  session: Session,
  getVersion: () => Promise<unknown> = session.supervisor.getVersion,
): Promise<boolean> {
  const { serverUrl } = session.connection;
  try {
    const version = await getVersion();
    if (version === API_VERSION) return true;
    session.fail(
      `Sorry, this version of supervisorctl expects to talk to a server with API version ${API_VERSION}, but the remote version is ${String(version)}.`,
      EXIT.notInstalled,
    );
    return false;
  } catch (error) {
    if (error instanceof FaultError && error.code === FAULT_CODES.UNKNOWN_METHOD) {
      session.fail(NO_NAMESPACE, EXIT.unimplemented);
    } else if (isRefused(error)) {
      session.fail(`${serverUrl} refused connection`, EXIT.insufficientPrivileges);
      session.hint('Nothing listens there: is supervisord running?');
    } else if (isMissing(error)) {
      session.fail(`${serverUrl} no such file`, EXIT.notRunning);
      const { adviceOnLostSocket } = await import('../lost-socket.ts');
      session.hint(
        adviceOnLostSocket(serverUrl, session.pidfile) ??
          'That socket does not exist: is supervisord running, with this configuration?',
      );
    } else throw error;
    return false;
  }
}

const NO_NAMESPACE =
  'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).';
