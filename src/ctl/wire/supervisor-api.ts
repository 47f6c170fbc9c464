/**
 * The documented methods that the client uses, with the types of what they answer.
 *
 * @module
 */
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { answersAtOnce, type Connection, callMethod } from './rpc-client.ts';
import { BadAnswerError, FaultError } from './trouble.ts';

/** A process as `getProcessInfo` describes it. */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly statename: string;
  readonly state: number;
  readonly pid: number;
  /** When it was started, in seconds of wall time; 0 if never. */
  readonly start: number;
  /** The server's clock, in seconds of wall time. */
  readonly now: number;
  readonly spawnerr: string;
  /** Of the last exit. */
  readonly exitstatus?: number;
  readonly logfile: string;
}

/** A process as `getAllConfigInfo` describes it. */
export interface ConfigInfo {
  readonly name: string;
  readonly group: string;
  readonly inuse: boolean;
  readonly autostart: boolean;
  readonly group_prio: number;
  readonly process_prio: number;
}

/** The result for one of several processes. */
export interface ProcessResult {
  readonly name: string;
  readonly group: string;
  /** The code of a fault, 80 for success. */
  readonly status: number;
  readonly description: string;
}

/** What `reloadConfig` found: names of groups. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Calls a method of the `supervisor` namespace. */
export type Supervisor = ReturnType<typeof supervisorAt>;

/** The methods of the supervisor at the other end. Every call may throw what `callMethod` throws. */
export function supervisorAt(connection: Connection) {
  const call = (method: string, ...params: RpcValue[]): Promise<RpcParameter> =>
    callMethod(connection, `supervisor.${method}`, params);
  const all = async <T extends object>(
    fields: Fields<T>,
    method: string,
    ...params: RpcValue[]
  ): Promise<T[]> => {
    const answer = await call(method, ...params);
    if (!Array.isArray(answer)) throw unexpected(method);
    return answer.map((item: RpcParameter) => readStruct(item, fields, method));
  };
  const text = async (method: string, ...params: RpcValue[]): Promise<string> => {
    const answer = await call(method, ...params);
    if (typeof answer !== 'string') throw unexpected(method);
    return answer;
  };
  return {
    getVersion: () => call('getVersion'),
    getVersionAndProcesses: () => versionAndProcesses(connection),
    getSupervisorVersion: () => text('getSupervisorVersion'),
    getIdentification: () => text('getIdentification'),
    getPID: async (): Promise<number> => Number(await call('getPID')),
    getAllProcessInfo: () => all(PROCESS_INFO, 'getAllProcessInfo'),
    getProcessInfo: async (name: string): Promise<ProcessInfo> =>
      readStruct(await call('getProcessInfo', name), PROCESS_INFO, 'getProcessInfo'),
    getAllConfigInfo: () => all(CONFIG_INFO, 'getAllConfigInfo'),
    startProcess: (name: string) => call('startProcess', name),
    startProcessGroup: (group: string) => all(PROCESS_RESULT, 'startProcessGroup', group),
    startAllProcesses: () => all(PROCESS_RESULT, 'startAllProcesses'),
    stopProcess: (name: string) => call('stopProcess', name),
    stopProcessGroup: (group: string) => all(PROCESS_RESULT, 'stopProcessGroup', group),
    stopAllProcesses: () => all(PROCESS_RESULT, 'stopAllProcesses'),
    /** Starts or stops all of them in one request, whose answer does not wait for the new states. */
    withoutWaiting: (method: 'startProcess' | 'stopProcess', names: readonly string[]) =>
      multicall(
        connection,
        names.map((name) => ({ methodName: `supervisor.${method}`, params: [name, false] })),
      ),
    signalProcess: (name: string, signal: string) => call('signalProcess', name, signal),
    signalProcessGroup: (group: string, signal: string) =>
      all(PROCESS_RESULT, 'signalProcessGroup', group, signal),
    signalAllProcesses: (signal: string) => all(PROCESS_RESULT, 'signalAllProcesses', signal),
    sendProcessStdin: (name: string, characters: string) => call('sendProcessStdin', name, characters),
    clearProcessLogs: (name: string) => call('clearProcessLogs', name),
    clearAllProcessLogs: () => all(PROCESS_RESULT, 'clearAllProcessLogs'),
    readProcessLog: (channel: 'stdout' | 'stderr', name: string, offset: number, length: number) =>
      text(channel === 'stdout' ? 'readProcessStdoutLog' : 'readProcessStderrLog', name, offset, length),
    readLog: (offset: number, length: number) => text('readLog', offset, length),
    reloadConfig: async (): Promise<ConfigChanges> => readChanges(await call('reloadConfig')),
    addProcessGroup: (group: string) => call('addProcessGroup', group),
    removeProcessGroup: (group: string) => call('removeProcessGroup', group),
    restart: () => call('restart'),
    shutdown: () => call('shutdown'),
  };
}

/** What `status` asks, in one request; each part is a fault of its own where it failed. */
export interface VersionAndProcesses {
  readonly version: RpcParameter | FaultError;
  readonly infos: RpcParameter | FaultError;
}

const BOTH = ['getVersion', 'getAllProcessInfo'].map((name) => ({
  methodName: `supervisor.${name}`,
  params: [],
}));

async function versionAndProcesses(connection: Connection): Promise<VersionAndProcesses> {
  const [version, infos] = await multicall(connection, BOTH);
  return { version: version ?? null, infos: infos ?? null };
}

async function multicall(
  connection: Connection,
  calls: readonly { readonly methodName: string; readonly params: RpcValue[] }[],
): Promise<(RpcParameter | FaultError)[]> {
  const isQuestion = calls.every(({ methodName }) => answersAtOnce(methodName));
  const answers = await callMethod(connection, 'system.multicall', [[...calls]], isQuestion);
  if (!Array.isArray(answers) || answers.length !== calls.length) throw unexpected('multicall');
  return answers.map(asFault);
}

/** In a multicall a fault is a struct. */
function asFault(answer: RpcParameter): RpcParameter | FaultError {
  if (typeof answer !== 'object' || answer === null || !('faultCode' in answer)) return answer;
  return new FaultError(Number(answer.faultCode), String(answer.faultString));
}

/** The processes in an answer. @throws FaultError, BadAnswerError */
export function readProcesses(answer: RpcParameter | FaultError): ProcessInfo[] {
  if (answer instanceof FaultError) throw answer;
  if (!Array.isArray(answer)) throw unexpected('getAllProcessInfo');
  return answer.map((item: RpcParameter) => readStruct(item, PROCESS_INFO, 'getAllProcessInfo'));
}

/** The results of a method for several processes. @throws BadAnswerError */
export function readResults(answer: RpcParameter, method: string): ProcessResult[] {
  if (!Array.isArray(answer)) throw unexpected(method);
  return answer.map((item: RpcParameter) => readStruct(item, PROCESS_RESULT, method));
}

/** The type that each member must have; members that the table does not name are ignored. */
type Fields<T> = { readonly [K in keyof T]: 'string' | 'number' | 'boolean' };

const PROCESS_INFO: Fields<ProcessInfo> = {
  name: 'string',
  group: 'string',
  description: 'string',
  statename: 'string',
  state: 'number',
  pid: 'number',
  start: 'number',
  now: 'number',
  spawnerr: 'string',
  logfile: 'string',
};

const CONFIG_INFO: Fields<ConfigInfo> = {
  name: 'string',
  group: 'string',
  inuse: 'boolean',
  autostart: 'boolean',
  group_prio: 'number',
  process_prio: 'number',
};

const PROCESS_RESULT: Fields<ProcessResult> = {
  name: 'string',
  group: 'string',
  status: 'number',
  description: 'string',
};

function readStruct<T extends object>(value: RpcParameter, fields: Fields<T>, method: string): T {
  if (typeof value !== 'object' || value === null) throw unexpected(method);
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in fields) {
    if (typeof members[name] !== fields[name]) throw unexpected(method);
  }
  return value as T;
}

function readChanges(answer: RpcParameter): ConfigChanges {
  const lists: unknown = Array.isArray(answer) ? answer[0] : null;
  if (!Array.isArray(lists) || lists.length !== 3) throw unexpected('reloadConfig');
  const [added, changed, removed] = lists.map(readNames);
  return { added: added ?? [], changed: changed ?? [], removed: removed ?? [] };
}

function readNames(list: unknown): string[] {
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string'))
    throw unexpected('reloadConfig');
  return list;
}

function unexpected(method: string): BadAnswerError {
  return new BadAnswerError(`answered ${method} with something else; is this a supervisord?`);
}
