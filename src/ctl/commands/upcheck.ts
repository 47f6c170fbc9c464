/**
 * Is there a server, and does it speak our language? Most commands ask that first, in the same words.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { API_VERSION } from '../../rpc/versions.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { FaultError, isMissing, isRefused } from '../wire/trouble.ts';

/** False when the reason has been said and the command is to end. @throws what is no sane answer */
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
      session.hint(
        'There is no such socket: is supervisord running, and is it the one of this configuration?',
      );
    } else throw error;
    return false;
  }
}

const NO_NAMESPACE =
  'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).';
