/**
 * `supervisor.*`: the configuration, and which of its groups are active.
 *
 * @module
 */
import { ConfigError } from '../../config/types.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import { badGroupName, findGroup } from '../process-names.ts';
import { allConfigInfo } from './config-info.ts';
import { method } from './context.ts';
import { DONE, GROUP } from './parameters.ts';

export const CONFIGURATION_METHODS = [
  method({
    name: 'reloadConfig',
    right: 'admin',
    help: `Read the configuration again.

The result has the names of the groups that are new, changed or removed. Active groups do not change until
removeProcessGroup and addProcessGroup are called for them`,
    parameters: {},
    returns: { type: 'array', name: 'result', help: '[[added, changed, removed]]' },
    faults: ['CANT_REREAD'],
    handle: (_args, { supervisor }) => reloadConfig(supervisor),
  }),
  method({
    name: 'getAllConfigInfo',
    right: 'read',
    help: 'Return the configuration of each process, also of groups that are not active.',
    parameters: {},
    returns: { type: 'array', name: 'result', help: 'A struct for each process' },
    handle: (_args, { supervisor }) => allConfigInfo(supervisor),
  }),
  method({
    name: 'addProcessGroup',
    right: 'admin',
    help: 'Make a group of the configuration active, and start its processes that have autostart.',
    parameters: { name: GROUP },
    returns: DONE,
    faults: ['BAD_NAME', 'ALREADY_ADDED', 'FAILED'],
    handle: ({ name }, { supervisor }) => addProcessGroup(supervisor, name),
  }),
  method({
    name: 'removeProcessGroup',
    right: 'admin',
    help: 'Remove an active group. All its processes must be stopped.',
    parameters: { name: GROUP },
    returns: DONE,
    faults: ['BAD_NAME', 'STILL_RUNNING'],
    handle: ({ name }, { supervisor }) => removeProcessGroup(supervisor, name),
  }),
];

function reloadConfig(supervisor: SupervisorView): RpcValue {
  try {
    const { added, changed, removed } = supervisor.reloadConfig();
    return [[added, changed, removed]];
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault('CANT_REREAD', error.message);
    throw error;
  }
}

function addProcessGroup(supervisor: SupervisorView, name: RpcParameter): true {
  const group = supervisor.config.groups.find((config) => config.name === name);
  if (!group) throw badGroupName(name);
  try {
    if (!supervisor.addGroup(group)) throw new RpcFault('ALREADY_ADDED', group.name);
    return true;
  } catch (error) {
    // The error of a socket or an AUTO log that cannot be made.
    throw error instanceof RpcFault ? error : new RpcFault('FAILED', (error as Error).message);
  }
}

function removeProcessGroup(supervisor: SupervisorView, name: RpcParameter): true {
  const group = findGroup(supervisor, name);
  if (!supervisor.removeGroup(group)) throw new RpcFault('STILL_RUNNING', group);
  return true;
}
