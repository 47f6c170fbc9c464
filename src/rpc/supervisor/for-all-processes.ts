/**
 * One action on several processes: all begin first, then all are awaited.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { RpcStruct, RpcValue } from '../../xmlrpc/values.ts';
import { FAULT_CODES, RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';

/**
 * Acts on each process; the results are in the order in which they are known, so immediate ones come first.
 *
 * @param act the action; an RpcFault that it throws, now or later, becomes the result of that process
 */
export function forAll(
  processes: readonly ManagedProcess[],
  act: (process: ManagedProcess) => true | Promise<true>,
): Answer {
  const results: RpcValue[] = [];
  const pending: Promise<void>[] = [];
  for (const process of processes) {
    const succeed = () => void results.push(processStatus(process, FAULT_CODES.SUCCESS, 'OK'));
    const fail = (error: unknown) => {
      if (!(error instanceof RpcFault)) throw error;
      results.push(processStatus(process, error.code, error.message));
    };
    try {
      const outcome = act(process);
      if (outcome === true) succeed();
      else pending.push(outcome.then(succeed, fail));
    } catch (error) {
      fail(error);
    }
  }
  return pending.length === 0 ? results : Promise.all(pending).then(() => results);
}

function processStatus(process: ManagedProcess, status: number, description: string): RpcStruct {
  return { name: process.config.name, group: process.groupName, status, description };
}
