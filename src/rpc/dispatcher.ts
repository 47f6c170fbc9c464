/**
 * Calls methods by name: only what stands in the table can be called (CVE-2017-11610).
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { checkCount } from './arguments.ts';
import type { CallScope } from './call-scope.ts';
import { RpcFault } from './faults.ts';
import type { Answer, MethodTable } from './method.ts';
import type { RpcParameter } from './values.ts';

/**
 * Calls one method.
 *
 * @throws RpcFault when there is no such method, the arguments do not fit or the method refuses; later ones reject
 */
export function callMethod(
  table: MethodTable,
  name: string,
  args: readonly RpcParameter[],
  scope: CallScope,
): Answer {
  const method = table.get(name);
  if (!method) throw new RpcFault('UNKNOWN_METHOD');
  checkCount(method.parameters, args);
  return method.handle(args, scope);
}

/** `callMethod`, told in the main log at trace level as the reference tells it. */
export async function callAndTrace(
  table: MethodTable,
  name: string,
  args: readonly RpcParameter[],
  scope: CallScope,
  log: MainLog,
): Promise<Awaited<Answer>> {
  log.trace(`XML-RPC method called: ${name}()`);
  try {
    const answer = await callMethod(table, name, args, scope);
    log.trace(`XML-RPC method ${name}() returned successfully`);
    return answer;
  } catch (error) {
    if (error instanceof RpcFault) {
      log.trace(`XML-RPC method ${name}() returned fault: [${error.code}] ${error.message}`);
    }
    throw error;
  }
}
