/** Calls methods of a supervisor as a client would, without HTTP. */
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { COMMON_FAULTS, FAULT_CODES, RpcFault } from '../../src/rpc/faults.ts';
import { createMethodTable } from '../../src/rpc/rpc-interfaces.ts';
import { SUPERVISOR_METHODS } from '../../src/rpc/supervisor/methods.ts';
import { SYSTEM_METHODS } from '../../src/rpc/system/methods.ts';
import type { SupervisorView } from '../../src/supervisor/supervisor-view.ts';
import { RenderedValue, type RpcParameter, type RpcValue } from '../../src/xmlrpc/values.ts';
import { writeResponse } from '../../src/xmlrpc/writer.ts';
import { deserializeResponse } from './package-codec.ts';

export type Call = (method: string, ...args: RpcParameter[]) => Promise<unknown>;

/** The answer of each call as a client reads it; a fault is `CODE TEXT`. */
export function caller(supervisor: SupervisorView, scope = new CallScope()): Call {
  const table = createMethodTable(supervisor, supervisor.config.rpcInterfaces);
  return async (method, ...args) => {
    try {
      const answer: RpcValue = await callMethod(table, method, args, scope);
      return answer instanceof RenderedValue ? deserializeResponse(writeResponse(answer).toString()) : answer;
    } catch (error) {
      if (error instanceof RpcFault) {
        checkFault(method, error);
        return `${error.code} ${error.message}`;
      }
      throw error;
    }
  };
}

const ROWS = new Map(
  [
    ...SUPERVISOR_METHODS.map((row) => ['supervisor', row] as const),
    ...SYSTEM_METHODS.map((row) => ['system', row] as const),
  ].map(([namespace, row]) => [`${namespace}.${row.name}`, row]),
);

/** The reference page names the faults of each method by its row. */
function checkFault(method: string, { code, message }: RpcFault): void {
  const row = ROWS.get(method);
  if (!row) return;
  const codes = [...COMMON_FAULTS, ...row.faults].map((name) => FAULT_CODES[name]);
  if (!codes.some((known) => known === code)) throw new Error(`the row of ${method} lacks ${message}`);
}

/** `pending` as long as the promise is neither fulfilled nor rejected. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'settled'> {
  const settled = promise.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  const turn = new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([settled, turn]);
}
