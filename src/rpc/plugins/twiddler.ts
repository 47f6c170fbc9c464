/**
 * `twiddler.*` of the Python package supervisor_twiddler: changes what is in groups while the daemon runs.
 *
 * @module
 */
import { readAddedProgram } from '../../config/sections/added-program.ts';
import { systemUsers } from '../../config/tables/users.ts';
import { ConfigError, type LogLevelName, type ProcessConfig } from '../../config/types.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import type { ManagedGroup } from '../../process/managed-process.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { pythonText } from '../../xmlrpc/quote-argument.ts';
import type { RpcParameter } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import type { RpcMethod } from '../method.ts';
import { CodedFault } from './coded-fault.ts';
import { refuseOptions } from './unusable-interface.ts';

/** What `getAPIVersion` of the package's last release answers. */
const API_VERSION = '1.0';

/** The package's own fault: the section's `whitelist` leaves the method out. */
const NOT_IN_WHITELIST = 230;

/** The levels by the names and codes that the package takes. */
const LEVELS: readonly { readonly name: string; readonly code: number; readonly level: LogLevelName }[] = [
  { name: 'CRIT', code: 50, level: 'critical' },
  { name: 'ERRO', code: 40, level: 'error' },
  { name: 'WARN', code: 30, level: 'warn' },
  { name: 'INFO', code: 20, level: 'info' },
  { name: 'DEBG', code: 10, level: 'debug' },
  { name: 'TRAC', code: 5, level: 'trace' },
  { name: 'BLAT', code: 3, level: 'blather' },
];

const GROUP = { name: 'group_name', type: 'string', help: 'the name of an active group' } as const;
const ALWAYS_TRUE = { type: 'boolean', help: 'result true' } as const;

/**
 * The methods of one section.
 *
 * @param options `whitelist`: the methods that may be called, separated by commas; empty is all
 * @throws UnusableInterfaceError for any other option
 */
export function twiddlerMethods(
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
): readonly RpcMethod[] {
  const { whitelist = '', ...others } = options;
  refuseOptions(others);
  const allowed = whitelist === '' ? [] : whitelist.split(',').map((name) => name.trim());
  return methods(supervisor).map((method) => ({
    ...method,
    handle: (args, scope) => {
      if (supervisor.state === 'SHUTDOWN') throw new RpcFault('SHUTDOWN_STATE');
      if (allowed.length > 0 && !allowed.includes(method.name)) {
        throw new CodedFault(NOT_IN_WHITELIST, `UNKNOWN: ${method.name}`);
      }
      return method.handle(args, scope);
    },
  }));
}

function methods(supervisor: SupervisorView): readonly RpcMethod[] {
  return [
    {
      name: 'getAPIVersion',
      help: 'Tell the version of these methods.',
      parameters: [],
      returns: { type: 'string', help: 'version the version' },
      handle: () => API_VERSION,
    },
    {
      name: 'getGroupNames',
      help: 'Tell the names of the active groups.',
      parameters: [],
      returns: { type: 'array', help: 'names the names' },
      handle: () => [...supervisor.groups.keys()],
    },
    {
      name: 'log',
      help: 'Write a line to the main log.',
      parameters: [
        { name: 'message', type: 'string', help: 'the line' },
        {
          name: 'level',
          type: 'string',
          help: 'name or code of the level; INFO if left out',
          optional: true,
        },
      ],
      returns: ALWAYS_TRUE,
      handle: ([message = null, level = 'INFO']) => {
        supervisor.log.log(findLevel(level), pythonText(message));
        return true;
      },
    },
    {
      name: 'addProgramToGroup',
      help: 'Add the processes of a new program to a group, and start those that start by themselves.',
      parameters: [
        GROUP,
        { name: 'program_name', type: 'string', help: 'the name of the new program' },
        { name: 'program_options', type: 'struct', help: 'the keys of its section and their values' },
      ],
      returns: ALWAYS_TRUE,
      handle: ([group = null, program = null, options = null]) =>
        addProgramToGroup(supervisor, group, program, options),
    },
    {
      name: 'removeProcessFromGroup',
      help: 'Drop a process, which must be stopped, from its group.',
      parameters: [GROUP, { name: 'process_name', type: 'string', help: 'the name of the process' }],
      returns: ALWAYS_TRUE,
      handle: ([group = null, process = null]) => removeProcessFromGroup(supervisor, group, process),
    },
  ];
}

function findLevel(value: RpcParameter): LogLevelName {
  const name = typeof value === 'string' ? value.toUpperCase() : null;
  const found = LEVELS.find((level) => level.name === name || level.code === value);
  if (!found) throw new RpcFault('INCORRECT_PARAMETERS');
  return found.level;
}

function addProgramToGroup(
  supervisor: SupervisorView,
  groupName: RpcParameter,
  programName: RpcParameter,
  options: RpcParameter,
): true {
  const group = findGroup(supervisor, groupName);
  const processes = readProcesses(supervisor, group, programName, options);
  for (const { name } of processes) {
    if (group.processes.has(name)) throw new RpcFault('BAD_NAME', name);
  }
  try {
    supervisor.addProcesses(group.name, processes);
  } catch (error) {
    throw new RpcFault('FAILED', (error as Error).message);
  }
  return true;
}

/** @throws RpcFault INCORRECT_PARAMETERS with what is wrong with the section */
function readProcesses(
  supervisor: SupervisorView,
  group: ManagedGroup,
  programName: RpcParameter,
  options: RpcParameter,
): readonly ProcessConfig[] {
  try {
    const { processes, warnings } = readAddedProgram({
      config: supervisor.config,
      group: group.name,
      name: pythonText(programName),
      keys: sectionKeys(options),
      host: { users: systemUsers, environment: inheritedEnvironment() },
    });
    for (const warning of warnings) supervisor.log.warn(warning);
    return processes;
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault('INCORRECT_PARAMETERS', error.message);
    throw error;
  }
}

/** The keys of a section as texts; numbers and booleans stand for how they are written there. */
function sectionKeys(options: RpcParameter): ReadonlyMap<string, string> {
  return new Map(
    pairsOf(options).map(([key, value]) => {
      if (typeof key !== 'string' || typeof value === 'object' || value === undefined) {
        throw new RpcFault('INCORRECT_PARAMETERS');
      }
      return [key, String(value)];
    }),
  );
}

/** A struct, or an array of pairs: clients in PHP send an empty array for an empty struct. */
function pairsOf(options: RpcParameter): readonly (readonly RpcParameter[])[] {
  if (typeof options !== 'object' || options === null || options instanceof Date) {
    throw new RpcFault('INCORRECT_PARAMETERS');
  }
  if (!Array.isArray(options)) return Object.entries(options);
  return options.map((pair: RpcParameter) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new RpcFault('INCORRECT_PARAMETERS');
    return pair;
  });
}

function removeProcessFromGroup(
  supervisor: SupervisorView,
  groupName: RpcParameter,
  processName: RpcParameter,
): true {
  const group = findGroup(supervisor, groupName);
  if (typeof processName !== 'string' || !group.processes.has(processName)) {
    if (isCompound(processName)) throw new RpcFault('INCORRECT_PARAMETERS');
    throw new RpcFault('BAD_NAME', processName === null ? null : pythonText(processName));
  }
  if (!supervisor.removeProcess(group.name, processName)) throw new RpcFault('STILL_RUNNING', processName);
  return true;
}

function findGroup(supervisor: SupervisorView, name: RpcParameter): ManagedGroup {
  const group = typeof name === 'string' ? supervisor.groups.get(name) : undefined;
  if (isCompound(name)) throw new RpcFault('INCORRECT_PARAMETERS');
  if (!group) throw new RpcFault('BAD_NAME', `group: ${pythonText(name)}`);
  return group;
}

/** Arrays and structs cannot be names, not even unknown ones. */
function isCompound(value: RpcParameter): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
