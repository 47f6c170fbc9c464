/**
 * Start and stop of one process, a group or all, with the checks of the reference in their order.
 *
 * @module
 */

import { STARTED_STATES } from '../../process/machine/states.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import { CommandError } from '../../process/spawn/command.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcParameter } from '../../xmlrpc/values.ts';
import type { CallScope } from '../call-scope.ts';
import { RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';
import { allByPriority, byPriority, findGroup, findTarget, namespec } from '../process-names.ts';
import { forAll } from './for-all-processes.ts';
import { waitFor, waitForStop } from './wait-for-process.ts';

export function startNamed(
  supervisor: SupervisorView,
  scope: CallScope,
  name: string,
  wait: boolean,
  ignoresDependencies = false,
): Answer {
  const { group, process } = findTarget(supervisor, name);
  if (!process) return startEach(processesOf(supervisor, group.name), scope, wait, ignoresDependencies);
  return startOne(process, scope, name, wait, ignoresDependencies);
}

export function startGroup(
  supervisor: SupervisorView,
  scope: CallScope,
  name: RpcParameter,
  wait: boolean,
): Answer {
  return startEach(processesOf(supervisor, name), scope, wait);
}

export function startAll(supervisor: SupervisorView, scope: CallScope, wait: boolean): Answer {
  return startEach(allByPriority(supervisor), scope, wait);
}

export function stopNamed(supervisor: SupervisorView, scope: CallScope, name: string, wait: boolean): Answer {
  const { group, process } = findTarget(supervisor, name);
  if (!process) return stopGroup(supervisor, scope, group.name, wait);
  return stopOne(process, scope, name, wait);
}

export function stopGroup(
  supervisor: SupervisorView,
  scope: CallScope,
  name: RpcParameter,
  wait: boolean,
): Answer {
  return stopEach(processesOf(supervisor, name), scope, wait);
}

export function stopAll(supervisor: SupervisorView, scope: CallScope, wait: boolean): Answer {
  return stopEach(allByPriority(supervisor), scope, wait);
}

/**
 * The processes of an active group, in the order in which calls handle them.
 *
 * @throws RpcFault BAD_NAME
 */
export function processesOf(supervisor: SupervisorView, name: RpcParameter): readonly ManagedProcess[] {
  const group = supervisor.groups.get(findGroup(supervisor, name));
  return group ? byPriority(group) : [];
}

function startEach(
  processes: readonly ManagedProcess[],
  scope: CallScope,
  wait: boolean,
  ignoresDependencies = false,
): Answer {
  const startable = processes.filter((process) => !STARTED_STATES.has(process.state));
  return forAll(startable, (process) => {
    const name = namespec(process);
    // A process that was started before may have started this one as its dependency.
    return STARTED_STATES.has(process.state)
      ? outcomeOfStart(process, scope, name, wait)
      : startOne(process, scope, name, wait, ignoresDependencies);
  });
}

function stopEach(processes: readonly ManagedProcess[], scope: CallScope, wait: boolean): Answer {
  const stoppable = processes.filter((process) => process.isStoppable);
  return forAll(stoppable, (process) => stopOne(process, scope, namespec(process), wait));
}

function startOne(
  process: ManagedProcess,
  scope: CallScope,
  name: string,
  wait: boolean,
  ignoresDependencies: boolean,
): true | Promise<true> {
  checkCommand(process);
  if (STARTED_STATES.has(process.state)) throw new RpcFault('ALREADY_STARTED', name);
  if (process.state === 'UNKNOWN') throw new RpcFault('FAILED', `${name} is in an unknown process state`);
  process.start(ignoresDependencies);
  refuseElsewhere(process, name);
  return outcomeOfStart(process, scope, name, wait);
}

/** @throws RpcFault when the start has failed already */
function outcomeOfStart(
  process: ManagedProcess,
  scope: CallScope,
  name: string,
  wait: boolean,
): true | Promise<true> {
  const isRunning = () => {
    if (process.spawnError) throw new RpcFault('SPAWN_ERROR', name);
    if (process.state === 'RUNNING' || isDone(process)) return true;
    if (isWaiting(process, name)) return false;
    if (process.state !== 'STARTING') throw new RpcFault('ABNORMAL_TERMINATION', name);
    return false;
  };
  if (process.spawnError) throw new RpcFault('SPAWN_ERROR', name);
  if (!wait || process.state === 'RUNNING') return true;
  return waitFor(process, scope, isRunning);
}

/** A oneshot may be over before it was seen RUNNING. */
function isDone({ config, state, hasEndedWell }: ManagedProcess): boolean {
  return config.type === 'oneshot' && state === 'EXITED' && hasEndedWell;
}

/** @throws RpcFault where the process waits, and other nodes of the fleet have its slots */
function refuseElsewhere({ wait }: ManagedProcess, name: string): void {
  if (wait?.elsewhere !== undefined) throw new RpcFault('FAILED', `${name} ${wait.elsewhere}`);
}

/** The process waits for its dependencies. @throws RpcFault when one of them has failed */
function isWaiting(process: ManagedProcess, name: string): boolean {
  refuseElsewhere(process, name);
  const { wait } = process;
  if (wait?.failure) throw new RpcFault('ABNORMAL_TERMINATION', `${name} (${wait.failure})`);
  return wait !== null;
}

/** @throws RpcFault NO_FILE or NOT_EXECUTABLE when the command cannot be run */
function checkCommand(process: ManagedProcess): void {
  try {
    process.checkCommand();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new RpcFault(error.reason === 'not-found' ? 'NO_FILE' : 'NOT_EXECUTABLE', error.message);
  }
}

function stopOne(
  process: ManagedProcess,
  scope: CallScope,
  name: string,
  wait: boolean,
): true | Promise<true> {
  if (!process.isStoppable) throw new RpcFault('NOT_RUNNING', name);
  const failure = process.stop();
  if (failure !== null) throw new RpcFault('FAILED', failure);
  const isStopped = () => process.isStopped;
  if (!wait || isStopped()) return true;
  return waitForStop(process, scope, isStopped);
}
