/**
 * `visord.reloadProcess` and `visord.reloadAllProcesses`: the `reload_signal` of programs.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';
import { allByPriority, byPriority, findTarget, namespec } from '../process-names.ts';
import { forAll } from '../supervisor/for-all-processes.ts';

/** @param name of a process, or `group:*` @throws RpcFault */
export function reloadNamed(supervisor: SupervisorView, name: string): Answer {
  const { group, process } = findTarget(supervisor, name);
  return process ? reloadOne(process, name) : reloadEach(byPriority(group), `${name} has no reload_signal`);
}

/** @throws RpcFault FAILED where no program has a reload_signal */
export function reloadAll(supervisor: SupervisorView): Answer {
  return reloadEach(allByPriority(supervisor), 'no program has a reload_signal');
}

/** Those that have no reload_signal, or do not run, are left out. */
function reloadEach(processes: readonly ManagedProcess[], withoutAny: string): Answer {
  const reloadable = processes.filter(({ config }) => config.reloadSignal !== null);
  if (reloadable.length === 0) throw new RpcFault('FAILED', withoutAny);
  const running = reloadable.filter(({ state }) => state === 'RUNNING');
  return forAll(running, (process) => reloadOne(process, namespec(process)));
}

/** Only in RUNNING: before and after it, a process may not catch the signal, and would end. */
function reloadOne(process: ManagedProcess, name: string): true {
  const { reloadSignal } = process.config;
  if (reloadSignal === null) throw new RpcFault('FAILED', `${name} has no reload_signal`);
  if (process.state !== 'RUNNING') throw new RpcFault('NOT_RUNNING', name);
  const failure = process.signal(reloadSignal);
  if (failure !== null) throw new RpcFault('FAILED', failure);
  return true;
}
