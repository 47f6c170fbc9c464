/**
 * Restarts of processes on a node whose supervisord has no `visord.restartGroup`: a stop, and then a start.
 *
 * @module
 */
import { FAULT_CODES } from '../../../rpc/faults.ts';
import type { RpcParameter, RpcValue } from '../../../xmlrpc/values.ts';
import { NodeFault } from './ask-node.ts';

/** Calls a method of the node. @throws NodeFault, NodeError */
export type CallOfNode = (method: string, params: readonly RpcValue[]) => Promise<RpcParameter>;

/**
 * Takes the arguments of `visord.restartGroup`, and answers as it does.
 *
 * @param params a group, `group:*` or `group:name`; then whether to wait for the start (true), else the answer is true
 * @throws NodeFault, NodeError
 */
export async function restartStock(call: CallOfNode, params: readonly RpcValue[]): Promise<RpcParameter> {
  const [name = '', wait = true] = params;
  const [group = '', process = '*'] = String(name).split(':');
  const result =
    process === '*'
      ? await restartGroup(call, group, wait)
      : await restartProcess(call, { group, process, wait });
  return wait === false ? true : result;
}

async function restartGroup(call: CallOfNode, group: string, wait: RpcValue): Promise<RpcParameter> {
  const stopped = await call('supervisor.stopProcessGroup', [group]);
  const started = await call('supervisor.startProcessGroup', [group, wait]);
  return [...listOf(stopped).filter((one) => !isStopped(one)), ...listOf(started)];
}

async function restartProcess(
  call: CallOfNode,
  { group, process, wait }: { readonly group: string; readonly process: string; readonly wait: RpcValue },
): Promise<RpcParameter> {
  const name = `${group}:${process}`;
  try {
    await call('supervisor.stopProcess', [name]);
  } catch (error) {
    if (!(error instanceof NodeFault) || error.code !== FAULT_CODES.NOT_RUNNING) throw error;
  }
  await call('supervisor.startProcess', [name, wait]);
  return [{ name: process, group, status: FAULT_CODES.SUCCESS, description: 'OK' }];
}

function listOf(answer: RpcParameter): readonly RpcParameter[] {
  return Array.isArray(answer) ? answer : [];
}

/** Of one struct of the answer to a stop: a process that has ended by itself is stopped too. */
function isStopped(result: RpcParameter): boolean {
  const { status } = Object(result) as { readonly status?: RpcParameter };
  return status === FAULT_CODES.SUCCESS || status === FAULT_CODES.NOT_RUNNING;
}
