/**
 * `supervisor.*`: the configuration, and which of its groups are active.
 *
 * @module
 */
import { ConfigError } from '../config/types.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { pythonText } from '../xmlrpc/quote-argument.ts';
import type { RpcParameter, RpcValue } from '../xmlrpc/values.ts';
import { allConfigInfo } from './config-info.ts';
import { RpcFault } from './faults.ts';
import type { RpcMethod } from './method.ts';

export function configMethods(supervisor: SupervisorView): readonly RpcMethod[] {
  return [
    {
      name: 'reloadConfig',
      help: 'Read the configuration again. Active groups stay as they are until they are removed or added.',
      parameters: [],
      returns: {
        type: 'array',
        help: 'result one array of three: the names of added, changed and removed groups',
      },
      handle: () => reloadConfig(supervisor),
    },
    {
      name: 'getAllConfigInfo',
      help: 'Tell how each process is configured, those of groups that are not active too.',
      parameters: [],
      returns: { type: 'array', help: 'result a struct for each process' },
      handle: () => allConfigInfo(supervisor),
    },
    {
      name: 'addProcessGroup',
      help: 'Make a group of the configuration active, and start what starts by itself.',
      parameters: [{ name: 'name', type: 'string', help: 'the name of the group' }],
      returns: { type: 'boolean', help: 'result true' },
      handle: ([name = null]) => addProcessGroup(supervisor, name),
    },
    {
      name: 'removeProcessGroup',
      help: 'Drop an active group; all of its processes must be stopped.',
      parameters: [{ name: 'name', type: 'string', help: 'the name of the group' }],
      returns: { type: 'boolean', help: 'result true' },
      handle: ([name = null]) => removeProcessGroup(supervisor, name),
    },
  ];
}

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
    // A socket or an AUTO log that cannot be made, in its own words.
    throw error instanceof RpcFault ? error : new RpcFault('FAILED', (error as Error).message);
  }
}

function removeProcessGroup(supervisor: SupervisorView, name: RpcParameter): true {
  const group = findGroup(supervisor, name);
  if (!supervisor.removeGroup(group)) throw new RpcFault('STILL_RUNNING', group);
  return true;
}

/**
 * The name of an active group.
 *
 * @throws RpcFault BAD_NAME when there is none; INCORRECT_PARAMETERS for an array or a struct
 */
export function findGroup(supervisor: SupervisorView, name: RpcParameter): string {
  if (typeof name === 'object' && name !== null) throw new RpcFault('INCORRECT_PARAMETERS');
  if (typeof name !== 'string' || !supervisor.groups.has(name)) throw badGroupName(name);
  return name;
}

function badGroupName(name: RpcParameter): RpcFault {
  return new RpcFault('BAD_NAME', name === null ? null : pythonText(name));
}
