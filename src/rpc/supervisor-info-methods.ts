/**
 * `supervisor.*`: what the daemon is, and asking it to end or to begin anew.
 *
 * @module
 */
import process from 'node:process';
import { ConfigError } from '../config/types.ts';
import { SUPERVISOR_STATE_CODES, type SupervisorView } from '../supervisor/supervisor-view.ts';
import { RpcFault } from './faults.ts';
import type { RpcMethod } from './method.ts';
import { API_VERSION, SUPERVISOR_VERSION } from './versions.ts';

export function infoMethods(supervisor: SupervisorView): readonly RpcMethod[] {
  return [
    apiVersionMethod('getAPIVersion', 'Tell the version of this API.'),
    apiVersionMethod('getVersion', 'Tell the version of this API (the old name of getAPIVersion).'),
    {
      name: 'getSupervisorVersion',
      help: 'Tell the supervisor release that this daemon behaves as.',
      parameters: [],
      returns: { type: 'string', help: 'version the release' },
      handle: () => SUPERVISOR_VERSION,
    },
    {
      name: 'getIdentification',
      help: 'Tell the identifier of this daemon, from its configuration.',
      parameters: [],
      returns: { type: 'string', help: 'identifier the identifier' },
      handle: () => supervisor.config.daemon.identifier,
    },
    {
      name: 'getState',
      help: 'Tell the state of the daemon.',
      parameters: [],
      returns: { type: 'struct', help: 'state with int statecode and string statename' },
      handle: () => ({ statecode: SUPERVISOR_STATE_CODES[supervisor.state], statename: supervisor.state }),
    },
    {
      name: 'getPID',
      help: 'Tell the process id of the daemon.',
      parameters: [],
      returns: { type: 'int', help: 'pid the process id' },
      handle: () => process.pid,
    },
    {
      name: 'shutdown',
      help: 'Stop all processes and end the daemon.',
      parameters: [],
      returns: { type: 'boolean', help: 'result true; the daemon ends later' },
      handle: () => {
        supervisor.shutdown();
        return true;
      },
    },
    {
      name: 'restart',
      help: 'Stop all processes, read the configuration again and begin anew.',
      parameters: [],
      returns: { type: 'boolean', help: 'result true; the restart follows' },
      handle: () => restart(supervisor),
    },
  ];
}

/** What cannot be read is told to the one who asked, and everything goes on. */
function restart(supervisor: SupervisorView): true {
  try {
    supervisor.restart();
    return true;
  } catch (error) {
    throw error instanceof ConfigError ? new RpcFault('CANT_REREAD', error.message) : error;
  }
}

function apiVersionMethod(name: string, help: string): RpcMethod {
  return {
    name,
    help,
    parameters: [],
    returns: { type: 'string', help: 'version the version' },
    handle: () => API_VERSION,
  };
}
