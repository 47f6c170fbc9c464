/**
 * `system.*`: what there is to call, and many calls in one.
 *
 * @module
 */

import { RenderedValue, type RpcParameter, type RpcValue } from '../xmlrpc/values.ts';
import { renderArray, renderValue } from '../xmlrpc/writer.ts';
import type { CallScope } from './call-scope.ts';
import { callMethod } from './dispatcher.ts';
import { RpcFault } from './faults.ts';
import { helpText, type MethodTable, type RpcMethod, signature } from './method.ts';

/** The most that the answer of a multicall may hold, in characters. */
const MAX_MULTICALL_LENGTH = 64 * 1024 * 1024;

/** How long a multicall may run before others get their turn, in milliseconds. */
const SLICE_MS = 20;

/** The methods of the `system` namespace, over a table that holds all methods (these too, once they are added). */
export function systemMethods(table: MethodTable): readonly RpcMethod[] {
  return [
    {
      name: 'listMethods',
      help: 'List the names of all methods that can be called.',
      parameters: [],
      returns: { type: 'array', help: 'result the names, sorted' },
      handle: () => [...table.keys()].sort(),
    },
    {
      name: 'methodHelp',
      help: 'Tell what a method does, what it takes and what it returns.',
      parameters: [{ name: 'name', type: 'string', help: 'the full name of the method' }],
      returns: { type: 'string', help: 'result the help text' },
      handle: ([name]) => helpText(describedMethod(table, name)),
    },
    {
      name: 'methodSignature',
      help: 'Tell the types of a method: that of its result, then those of its parameters.',
      parameters: [{ name: 'name', type: 'string', help: 'the full name of the method' }],
      returns: { type: 'array', help: 'result the names of the types' },
      handle: ([name]) => signature(describedMethod(table, name)),
    },
    {
      name: 'multicall',
      help: 'Make several calls in order; each struct has a methodName and an array params. A call that fails gives a struct with faultCode and faultString in its place.',
      parameters: [{ name: 'calls', type: 'array', help: 'the calls' }],
      returns: { type: 'array', help: 'result what each call returned' },
      handle: ([calls], scope) => multicall(table, calls, scope),
    },
  ];
}

function describedMethod(table: MethodTable, name: RpcParameter | undefined): RpcMethod {
  const method = typeof name === 'string' ? table.get(name) : undefined;
  if (!method) throw new RpcFault('SIGNATURE_UNSUPPORTED');
  return method;
}

async function multicall(
  table: MethodTable,
  calls: RpcParameter | undefined,
  scope: CallScope,
): Promise<RpcValue> {
  if (!Array.isArray(calls)) throw new RpcFault('INCORRECT_PARAMETERS');
  const results: string[] = [];
  let length = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const call of calls) {
    if (performance.now() > sliceEnd) {
      await new Promise(setImmediate);
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (scope.isCancelled) break;
    const result = renderValue(await callOne(table, call, scope));
    length += result.length;
    if (length > MAX_MULTICALL_LENGTH)
      throw new RpcFault('FAILED', 'the answers are too long for one multicall');
    results.push(result);
  }
  return new RenderedValue(renderArray(results.join('')));
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

/** @throws RpcFault INCORRECT_PARAMETERS when the struct describes no call that may be made here */
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
