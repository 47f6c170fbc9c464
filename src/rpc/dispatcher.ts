/**
 * Calls methods by name: only methods of the table can be called (CVE-2017-11610).
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { escapeControls } from '../python/repr.ts';
import type { RpcValue } from '../xmlrpc/values.ts';
import { checkCount } from './arguments.ts';
import { callAudited, isAudited } from './audit.ts';
import type { CallScope } from './call-scope.ts';
import { RpcFault } from './faults.ts';
import type { Answer, Argument, MethodTable } from './method.ts';

/**
 * Calls one method.
 *
 * @throws RpcFault for an unknown method, wrong arguments, or a refusal; a later fault rejects the promise
 */
export function callMethod(
  table: MethodTable,
  name: string,
  args: readonly Argument[],
  scope: CallScope,
): Answer {
  const method = table.get(name);
  if (!method) throw new RpcFault('UNKNOWN_METHOD');
  checkCount(method.parameters, args);
  if (scope.audit !== null && isAudited(method)) return callAudited(scope.audit, name, method, args, scope);
  return method.handle(args, scope);
}

/** `callMethod`, with the reference's lines in the main log at trace level. */
export function callAndTrace(
  table: MethodTable,
  name: string,
  args: readonly Argument[],
  scope: CallScope,
  log: MainLog,
): Answer {
  if (!log.isEnabled('trace')) return callMethod(table, name, args, scope);
  // A name with line ends stays on one line of the log.
  const shown = escapeControls(name);
  log.trace(`XML-RPC method called: ${shown}()`);
  const returned = (value: RpcValue): RpcValue => {
    log.trace(`XML-RPC method ${shown}() returned successfully`);
    return value;
  };
  const failed = (error: unknown): never => {
    if (error instanceof RpcFault) {
      log.trace(`XML-RPC method ${shown}() returned fault: [${error.code}] ${escapeControls(error.message)}`);
    }
    throw error;
  };
  try {
    const answer = callMethod(table, name, args, scope);
    return answer instanceof Promise ? answer.then(returned, failed) : returned(answer);
  } catch (error) {
    return failed(error);
  }
}
