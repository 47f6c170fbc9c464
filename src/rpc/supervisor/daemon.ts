/**
 * `supervisor.*`: state and versions of the daemon, shutdown and restart.
 *
 * @module
 */
import { ConfigError } from '../../config/types.ts';
import { SUPERVISOR_STATE_CODES, type SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RpcFault } from '../faults.ts';
import { API_VERSION, SUPERVISOR_VERSION } from '../versions.ts';
import { method } from './context.ts';

export const DAEMON_METHODS = [
  method({
    name: 'getAPIVersion',
    right: 'read',
    help: 'Return the version of this XML-RPC API',
    parameters: {},
    returns: { type: 'string', name: 'version', help: 'The version' },
    handle: () => API_VERSION,
  }),
  method({
    name: 'getVersion',
    right: 'read',
    help: 'Return the version of this XML-RPC API: an old name of getAPIVersion',
    parameters: {},
    returns: { type: 'string', name: 'version', help: 'The version' },
    handle: () => API_VERSION,
  }),
  method({
    name: 'getSupervisorVersion',
    right: 'read',
    help: 'Return the release of Supervisor that this daemon is compatible with',
    parameters: {},
    returns: { type: 'string', name: 'version', help: 'The release' },
    handle: () => SUPERVISOR_VERSION,
  }),
  method({
    name: 'getIdentification',
    right: 'read',
    help: 'Return the identifier of the daemon: the key identifier of its configuration',
    parameters: {},
    returns: { type: 'string', name: 'identifier', help: 'The identifier' },
    handle: (_args, { supervisor }) => supervisor.config.daemon.identifier,
  }),
  method({
    name: 'getState',
    right: 'read',
    help: 'Return the state of the daemon',
    parameters: {},
    returns: { type: 'struct', name: 'state', help: 'int statecode and string statename' },
    handle: (_args, { supervisor: { state } }) => ({
      statecode: SUPERVISOR_STATE_CODES[state],
      statename: state,
    }),
  }),
  method({
    name: 'getPID',
    right: 'read',
    help: 'Return the process id of the daemon',
    parameters: {},
    returns: { type: 'int', name: 'pid', help: 'The process id' },
    handle: () => process.pid,
  }),
  method({
    name: 'shutdown',
    right: 'admin',
    help: 'Stop all processes and exit',
    parameters: {},
    returns: { type: 'boolean', name: 'result', help: 'Always true; the daemon exits after the answer' },
    handle: (_args, { supervisor }) => {
      supervisor.shutdown();
      return true;
    },
  }),
  method({
    name: 'restart',
    right: 'admin',
    help: 'Stop all processes, read the configuration again and start anew under the same pid',
    parameters: {},
    returns: { type: 'boolean', name: 'result', help: 'Always true; the daemon restarts after the answer' },
    faults: ['CANT_REREAD'],
    handle: (_args, { supervisor }) => restart(supervisor),
  }),
];

/** A configuration that cannot be read is reported to the caller and changes nothing. */
function restart(supervisor: SupervisorView): true {
  try {
    supervisor.restart();
    return true;
  } catch (error) {
    throw error instanceof ConfigError ? new RpcFault('CANT_REREAD', error.message) : error;
  }
}
