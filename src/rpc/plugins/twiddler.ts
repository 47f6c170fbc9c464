/**
 * `twiddler.*` of the Python package supervisor_twiddler: changes the members of groups while the daemon runs.
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
import { optional, required, unchecked } from '../arguments.ts';
import { RpcFault } from '../faults.ts';
import { type BoundMethod, bind, type Method, type Returned, stockMethods } from '../method.ts';
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

const method = stockMethods<SupervisorView>();

const GROUP = required(unchecked('string'), 'Name of an active group', 'web');
const ALWAYS_TRUE: Returned = { type: 'boolean', name: 'result', help: 'Always true' };

/** The methods, in the order of the package. */
export const TWIDDLER_METHODS: readonly Method<SupervisorView>[] = [
  method({
    name: 'getAPIVersion',
    right: 'read',
    help: 'Return the version of these methods',
    parameters: {},
    returns: { type: 'string', name: 'version', help: 'The version' },
    handle: () => API_VERSION,
  }),
  method({
    name: 'getGroupNames',
    right: 'read-all',
    help: 'Return the names of the active groups',
    parameters: {},
    returns: { type: 'array', name: 'names', help: 'The names' },
    handle: (_args, supervisor) => [...supervisor.groups.keys()],
  }),
  method({
    name: 'log',
    right: 'operate-all',
    help: 'Write a line to the main log',
    parameters: {
      message: required(unchecked('string'), 'The line', 'deploy begins'),
      level: optional(unchecked('string'), 'INFO', 'Name (INFO) or code (20) of the level'),
    },
    returns: ALWAYS_TRUE,
    handle: ({ message, level }, supervisor) => {
      supervisor.log.log(findLevel(level), pythonText(message));
      return true;
    },
  }),
  method({
    name: 'addProgramToGroup',
    right: 'admin',
    help: 'Add the processes of a new program to a group, and start those that have autostart',
    parameters: {
      group_name: GROUP,
      program_name: required(unchecked('string'), 'Name of the new program', 'worker'),
      program_options: required(unchecked('struct'), 'The keys of its section, with their values', {
        command: '/bin/cat',
      }),
    },
    returns: ALWAYS_TRUE,
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ group_name, program_name, program_options }, supervisor) =>
      addProgramToGroup(supervisor, group_name, program_name, program_options),
  }),
  method({
    name: 'removeProcessFromGroup',
    right: 'admin',
    help: 'Remove a process from its group. The process must be stopped',
    parameters: {
      group_name: GROUP,
      process_name: required(unchecked('string'), 'Name of the process', 'worker'),
    },
    returns: ALWAYS_TRUE,
    faults: ['BAD_NAME', 'STILL_RUNNING'],
    handle: ({ group_name, process_name }, supervisor) =>
      removeProcessFromGroup(supervisor, group_name, process_name),
  }),
];

/**
 * The methods of one section.
 *
 * @param options `whitelist`: the methods that may be called, separated by commas; empty is all
 * @throws UnusableInterfaceError for any other option
 */
export function twiddlerMethods(
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
): readonly BoundMethod[] {
  const { whitelist = '', ...others } = options;
  refuseOptions(others);
  const allowed = whitelist === '' ? [] : whitelist.split(',').map((name) => name.trim());
  return bind(TWIDDLER_METHODS, supervisor, ({ name }) => {
    if (supervisor.state === 'SHUTDOWN') throw new RpcFault('SHUTDOWN_STATE');
    if (allowed.length > 0 && !allowed.includes(name)) {
      throw new CodedFault(NOT_IN_WHITELIST, `UNKNOWN: ${name}`);
    }
  });
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
