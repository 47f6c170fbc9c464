/**
 * Signals to one process, a group or all.
 *
 * @module
 */
import { signalNumber } from '../../config/tables/signals.ts';
import { ConfigError } from '../../config/types.ts';
import { SIGNALLABLE_STATES } from '../../process/machine/states.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { pythonText } from '../../xmlrpc/quote-argument.ts';
import type { RpcParameter } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';
import { allByPriority, findTarget, namespec } from '../process-names.ts';
import { forAll } from './for-all-processes.ts';
import { processesOf } from './start-stop-processes.ts';

export function signalNamed(supervisor: SupervisorView, name: string, signal: RpcParameter): Answer {
  const { group, process } = findTarget(supervisor, name);
  return process ? signalOne(process, name, signal) : signalGroup(supervisor, group.name, signal);
}

export function signalGroup(supervisor: SupervisorView, name: RpcParameter, signal: RpcParameter): Answer {
  return signalEach(processesOf(supervisor, name), signal);
}

export function signalAll(supervisor: SupervisorView, signal: RpcParameter): Answer {
  return signalEach(allByPriority(supervisor), signal);
}

function signalEach(processes: readonly ManagedProcess[], signal: RpcParameter): Answer {
  const reachable = processes.filter((process) => SIGNALLABLE_STATES.has(process.state));
  return forAll(reachable, (process) => signalOne(process, namespec(process), signal));
}

function signalOne(process: ManagedProcess, name: string, signal: RpcParameter): true {
  const number = toSignalNumber(signal);
  if (!SIGNALLABLE_STATES.has(process.state)) throw new RpcFault('NOT_RUNNING', name);
  const failure = process.signal(number);
  if (failure !== null) throw new RpcFault('FAILED', failure);
  return true;
}

/**
 * The number of a signal that is named with or without SIG, or given as a number.
 *
 * @throws RpcFault BAD_SIGNAL for an unknown signal; INCORRECT_PARAMETERS for a value that is neither name nor number
 */
function toSignalNumber(signal: RpcParameter): number {
  if (signal === null || typeof signal === 'object') throw new RpcFault('INCORRECT_PARAMETERS');
  try {
    return signalNumber(typeof signal === 'string' ? signal : String(Math.trunc(Number(signal))));
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault('BAD_SIGNAL', pythonText(signal));
    throw error;
  }
}
