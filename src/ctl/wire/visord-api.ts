/**
 * The methods of the `visord` namespace, which a stock supervisord does not have.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { type Connection, callMethod } from './rpc-client.ts';
import { type ProcessResult, readResults } from './supervisor-api.ts';
import { BadAnswerError, FaultError } from './trouble.ts';

export interface GraphDependency {
  readonly name: string;
  readonly condition: string;
  readonly met: boolean;
}

/** A process as `getGraph` describes it. */
export interface GraphProcess {
  /** `group:process` */
  readonly name: string;
  readonly statename: string;
  readonly level: number;
  /** Seconds for which it has been waiting; -1 for a process that does not wait. */
  readonly waiting: number;
  readonly dependencies: readonly GraphDependency[];
}

export interface ChainLink {
  readonly name: string;
  readonly started_after_ms: number;
  /** -1 for a process that is not ready. */
  readonly took_ms: number;
}

export interface DependencyGraph {
  readonly processes: readonly GraphProcess[];
  readonly critical_chain: readonly ChainLink[];
}

/** @param last the end of the critical chain; empty for the process that was ready last */
export async function getGraph(connection: Connection, last = ''): Promise<DependencyGraph> {
  return ask(connection, 'visord.getGraph', [last], hasLists<DependencyGraph>('processes', 'critical_chain'));
}

/** Starts a process also where its dependencies are not met, and waits for RUNNING. */
export function startWithoutDependencies(connection: Connection, name: string): Promise<RpcParameter> {
  return callMethod(connection, 'visord.startProcess', [name, true, true]);
}

/** @param name a process, or `group:*` */
export function setEnabled(connection: Connection, name: string, isEnabled: boolean): Promise<RpcParameter> {
  return callMethod(connection, 'visord.setEnabled', [name, isEnabled]);
}

export interface Versions {
  readonly version: string;
  readonly node: string;
}

export async function getVersions(connection: Connection): Promise<Versions> {
  const answer: RpcParameter = await callMethod(connection, 'visord.getVersion', []);
  const { version, node } = { ...(answer as unknown as Partial<Versions>) };
  if (typeof version !== 'string' || typeof node !== 'string') {
    throw new BadAnswerError('answered visord.getVersion with something else');
  }
  return { version, node };
}

/** When the program began, in seconds of wall time; an upgrade in place begins another one. */
export async function getStartTime(connection: Connection): Promise<number> {
  return Number(await callMethod(connection, 'visord.getStartTime', []));
}

/** Resolves when the installed version has shown that it can go on. */
export function upgrade(connection: Connection): Promise<RpcParameter> {
  return callMethod(connection, 'visord.upgrade', []);
}

/** A key of a configuration that differs. */
export interface KeyChange {
  readonly key: string;
  /** `restart` or `live`. */
  readonly change: string;
  readonly old: string;
  readonly new: string;
  /** Names of variables that differ, for `environment`. */
  readonly variables: readonly string[];
}

/** The result of an update, or of its dry run, for a group or a process of it. */
export interface ConfigChange {
  readonly group: string;
  /** Empty for the group itself. */
  readonly name: string;
  readonly action: 'add' | 'remove' | 'replace' | 'restart' | 'live';
  readonly keys: readonly KeyChange[];
  /** The code of a fault, 80 for success. */
  readonly status: number;
  readonly description: string;
}

export interface AppliedConfig {
  readonly changes: readonly ConfigChange[];
  /** Names of groups that do not exist. */
  readonly unknown: readonly string[];
  /** Programs whose number of processes was set, and is not that of their sections. */
  readonly scaled?: readonly Pick<ProgramScale, 'group' | 'name' | 'numprocs' | 'configured'>[];
}

/** @param groups names; none are all @param isDryRun nothing is changed */
export async function applyConfig(
  connection: Connection,
  groups: readonly string[],
  isDryRun: boolean,
): Promise<AppliedConfig> {
  const params = [[...groups], isDryRun];
  return ask(connection, 'visord.applyConfig', params, hasLists<AppliedConfig>('changes', 'unknown'));
}

/** A program that can have any number of processes. */
export interface ProgramScale {
  readonly group: string;
  readonly name: string;
  readonly numprocs: number;
  /** numprocs of its section. */
  readonly configured: number;
  /** A number was set, and holds. */
  readonly set: boolean;
  readonly min: number;
  readonly max: number;
}

export async function getScales(connection: Connection): Promise<readonly ProgramScale[]> {
  return ask(connection, 'visord.getScales', [], isList<ProgramScale>);
}

export interface ScaledProgram {
  /** Numbers of processes. */
  readonly before: number;
  readonly numprocs: number;
  readonly changes: readonly Omit<ConfigChange, 'keys'>[];
}

/** @param numprocs a number, `+2`, `-1` or `file` @param wait until surplus processes have stopped */
export async function scaleProgram(
  connection: Connection,
  name: string,
  numprocs: string,
  wait: boolean,
): Promise<ScaledProgram> {
  const params = [name, numprocs, wait];
  return ask(connection, 'visord.scaleProgram', params, hasLists<ScaledProgram>('changes'));
}

/** A process whose restart_mode is not stop_start. */
export interface RestartMode {
  readonly group: string;
  readonly name: string;
  readonly mode: string;
}

/** None for a stock server. */
export async function getRestartModes(connection: Connection): Promise<readonly RestartMode[]> {
  try {
    const answer: RpcParameter = await callMethod(connection, 'visord.getRestartModes', []);
    return Array.isArray(answer) ? (answer as unknown as readonly RestartMode[]) : [];
  } catch (error) {
    if (error instanceof FaultError && error.code === FAULT_CODES.UNKNOWN_METHOD) return [];
    throw error;
  }
}

/** @param name a group, or `group:process` */
export function restartGroup(connection: Connection, name: string): Promise<readonly ProcessResult[]> {
  return results(connection, 'visord.restartGroup', name, true);
}

/** Sends the reload_signal to one process. */
export function reloadProcess(connection: Connection, name: string): Promise<RpcParameter> {
  return callMethod(connection, 'visord.reloadProcess', [name]);
}

/** The same for the processes of a group that have one. */
export function reloadGroup(connection: Connection, group: string): Promise<readonly ProcessResult[]> {
  return results(connection, 'visord.reloadProcess', `${group}:*`);
}

/** The same for all processes that have one. */
export function reloadAll(connection: Connection): Promise<readonly ProcessResult[]> {
  return results(connection, 'visord.reloadAllProcesses');
}

async function results(
  connection: Connection,
  method: string,
  ...params: readonly RpcValue[]
): Promise<readonly ProcessResult[]> {
  return readResults(await callMethod(connection, method, [...params]), method);
}

/** What a process uses, with all that it has started. */
export interface ProcessResources {
  readonly group: string;
  readonly name: string;
  readonly cpu_seconds: number;
  readonly resident_bytes: number;
  /** By the daemon itself. */
  readonly restarts: number;
}

/** Of all processes. */
export async function getResources(connection: Connection): Promise<readonly ProcessResources[]> {
  return ask(connection, 'visord.getResources', [], isList<ProcessResources>);
}

/** A state change as `getHistory` describes it. */
export interface StateChange {
  /** Wall time in seconds. */
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly pid: number;
  readonly exited: boolean;
  readonly exitstatus: number;
  /** 0 for none. */
  readonly signal: number;
  readonly expected: boolean;
  readonly spawnerr: string;
}

/** The last changes of a process, the oldest first. */
export async function getHistory(
  connection: Connection,
  name: string,
  limit: number,
): Promise<readonly StateChange[]> {
  return ask(connection, 'visord.getHistory', [name, limit], isList<StateChange>);
}

/** The nodes of a fleet with an engine, as one of them knows them. */
export interface FleetAnswer {
  readonly name: string;
  readonly node: string;
  readonly connected: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly url: string;
    readonly digest: string;
    readonly drained: boolean;
  }[];
  readonly slots: readonly { readonly process: string; readonly index: number; readonly node: string }[];
}

/** Fails with FAILED where the daemon is in no fleet with an engine. */
export async function getFleet(connection: Connection): Promise<FleetAnswer> {
  return ask(connection, 'visord.getFleet', [], hasLists<FleetAnswer>('nodes', 'slots'));
}

/** Answers when the node has the slot. */
export function moveProcess(connection: Connection, name: string, node: string): Promise<RpcParameter> {
  return callMethod(connection, 'visord.moveProcess', [name, node]);
}

/** Answers when no program with run_on has a slot on the node, or at once. */
export function drainNode(connection: Connection, node: string, isDrained: boolean): Promise<RpcParameter> {
  return callMethod(connection, isDrained ? 'visord.drainNode' : 'visord.undrainNode', [node]);
}

/** The lock of a rolling restart of a fleet. */
export interface RollingLockAnswer {
  /** Empty where the daemon is in no fleet with an engine. */
  readonly id: string;
  readonly seconds: number;
}

/** @param holder this client @param lock the id of the lock that is renewed; empty for a new one */
export async function lockRolling(
  connection: Connection,
  holder: string,
  lock: string,
): Promise<RollingLockAnswer> {
  const params = [holder, lock];
  const answer: RpcParameter = await callMethod(connection, 'visord.lockRolling', params, true);
  const { id, seconds } = { ...(answer as unknown as Partial<RollingLockAnswer>) };
  if (typeof id !== 'string' || typeof seconds !== 'number') {
    throw new BadAnswerError('answered visord.lockRolling with something else');
  }
  return { id, seconds };
}

export function unlockRolling(connection: Connection, lock: string): Promise<RpcParameter> {
  return callMethod(connection, 'visord.unlockRolling', [lock], true);
}

/** @throws BadAnswerError where the answer has another shape */
async function ask<T>(
  connection: Connection,
  method: string,
  params: readonly RpcValue[],
  isExpected: (answer: unknown) => answer is T,
): Promise<T> {
  const answer: unknown = await callMethod(connection, method, params);
  if (!isExpected(answer)) throw new BadAnswerError(`answered ${method} with something else`);
  return answer;
}

function isList<T>(answer: unknown): answer is readonly T[] {
  return Array.isArray(answer);
}

/** Whether the members of a struct are arrays. */
function hasLists<T>(...members: readonly (keyof T & string)[]): (answer: unknown) => answer is T {
  return (answer): answer is T =>
    members.every((member) => Array.isArray((answer as Partial<Record<string, unknown>> | null)?.[member]));
}
