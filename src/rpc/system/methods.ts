/**
 * `system.*`: introspection, and several calls in one.
 *
 * @module
 */
import type { RpcParameter } from '../../xmlrpc/values.ts';
import { list, required, unchecked } from '../arguments.ts';
import { RpcFault } from '../faults.ts';
import { helpText } from '../help-text.ts';
import { type BoundMethod, type Method, type MethodTable, signature, stockMethods } from '../method.ts';
import { multicall } from './multicall.ts';

export interface SystemContext {
  /** All methods of the server, these too. */
  readonly table: MethodTable;
}

const method = stockMethods<SystemContext>();
const NAME = required(unchecked('string'), 'Full name of the method', 'supervisor.startProcess');

export const SYSTEM_METHODS: readonly Method<SystemContext>[] = [
  method({
    name: 'listMethods',
    right: 'read',
    help: 'Return the names of all methods that can be called',
    parameters: {},
    returns: { type: 'array', name: 'result', help: 'The names, sorted' },
    answersWhileEnding: true,
    handle: (_args, { table }) => [...table.keys()].sort(),
  }),
  method({
    name: 'methodHelp',
    right: 'read',
    help: 'Return the description of a method',
    parameters: { name: NAME },
    returns: { type: 'string', name: 'result', help: 'The description' },
    faults: ['SIGNATURE_UNSUPPORTED'],
    answersWhileEnding: true,
    handle: ({ name }, { table }) => helpText(describedMethod(table, name)),
  }),
  method({
    name: 'methodSignature',
    right: 'read',
    help: 'Return the types of a method: first that of its result, then those of its parameters in order.',
    parameters: { name: NAME },
    returns: { type: 'array', name: 'result', help: 'The names of the types' },
    faults: ['SIGNATURE_UNSUPPORTED'],
    answersWhileEnding: true,
    handle: ({ name }, { table }) => signature(describedMethod(table, name)),
  }),
  method({
    name: 'multicall',
    right: 'read',
    help: `Call several methods, one after the other. Each call is a struct: string methodName, array params. The result of a call is
its value. The result of a call that fails is a struct: int faultCode, string faultString.`,
    parameters: {
      calls: required(list, 'The calls', [
        { methodName: 'supervisor.getState', params: [] },
        { methodName: 'supervisor.getProcessInfo', params: ['web'] },
      ]),
    },
    returns: { type: 'array', name: 'result', help: 'The result of each call' },
    faults: ['FAILED'],
    answersWhileEnding: true,
    handle: ({ calls }, { table }, scope) => multicall(table, calls, scope),
  }),
];

function describedMethod(table: MethodTable, name: RpcParameter): BoundMethod {
  const found = typeof name === 'string' ? table.get(name) : undefined;
  if (!found) throw new RpcFault('SIGNATURE_UNSUPPORTED');
  return found;
}
