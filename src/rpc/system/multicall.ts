/**
 * `system.multicall`.
 *
 * @module
 */
import { RenderedValue, type RpcParameter, type RpcValue } from '../../xmlrpc/values.ts';
import { renderArray, renderValue } from '../../xmlrpc/writer.ts';
import type { CallScope } from '../call-scope.ts';
import { callMethod } from '../dispatcher.ts';
import { RpcFault } from '../faults.ts';
import type { MethodTable } from '../method.ts';

/** Limit of the answer, in characters. */
const MAX_MULTICALL_LENGTH = 64 * 1024 * 1024;

/** How long a multicall runs before other clients get their turn, in milliseconds. */
const SLICE_MS = 20;

/**
 * Makes the calls in their order; a fault is a result like any other.
 *
 * @throws RpcFault FAILED when the results together are too long
 */
export async function multicall(
  table: MethodTable,
  calls: readonly RpcParameter[],
  scope: CallScope,
): Promise<RpcValue> {
  const rendered: string[] = [];
  const values: RpcValue[] = [];
  let length = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const call of calls) {
    if (performance.now() > sliceEnd) {
      await new Promise(setImmediate);
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (scope.isCancelled) break;
    const value = await callOne(table, call, scope);
    const result = renderValue(value);
    length += result.length;
    if (length > MAX_MULTICALL_LENGTH)
      throw new RpcFault('FAILED', 'the answers are too long for one multicall');
    rendered.push(result);
    values.push(value);
  }
  return new RenderedValue(renderArray(rendered.join('')), () => values);
}

async function callOne(table: MethodTable, call: RpcParameter, scope: CallScope): Promise<RpcValue> {
  try {
    const { name, params } = readCall(call);
    return await callMethod(table, name, params, scope);
  } catch (error) {
    const fault = error instanceof RpcFault ? error : new RpcFault('FAILED', String(error));
    return { faultCode: fault.code, faultString: fault.message };
  }
}

/** @throws RpcFault INCORRECT_PARAMETERS when the struct describes no call, or a multicall */
function readCall(call: RpcParameter): { readonly name: string; readonly params: readonly RpcParameter[] } {
  const members = new Map(typeof call === 'object' && call !== null ? Object.entries(call) : []);
  const name = members.get('methodName');
  if (name === undefined || name === null) throw new RpcFault('INCORRECT_PARAMETERS', 'No methodName');
  if (name === 'system.multicall') {
    throw new RpcFault('INCORRECT_PARAMETERS', 'Recursive system.multicall forbidden');
  }
  const params = members.get('params') ?? [];
  if (typeof name !== 'string' || !Array.isArray(params)) throw new RpcFault('INCORRECT_PARAMETERS');
  return { name, params };
}
