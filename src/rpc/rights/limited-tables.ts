/**
 * The methods of callers that see some programs only.
 *
 * @module
 */
import { MAIN_RPC_FACTORY } from '../../config/sections/rpc-interfaces.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { MethodTable } from '../method.ts';
import { createMethodTable } from '../rpc-interfaces.ts';
import type { Caller } from './caller.ts';

export interface LimitedTables {
  /** All methods. */
  readonly whole: MethodTable;
  /** The methods of a caller. Those of plugins, which see all programs, are not in the table of one that does not. */
  of(caller: Caller): MethodTable;
}

export function limitedTables(supervisor: SupervisorView, whole: MethodTable): LimitedTables {
  const tables = new WeakMap<SupervisorView, MethodTable>([[supervisor, whole]]);
  return {
    whole,
    of({ supervisor: view }) {
      const known = tables.get(view);
      if (known !== undefined) return known;
      const interfaces = view.config.rpcInterfaces.filter(({ factory }) => factory === MAIN_RPC_FACTORY);
      const table = createMethodTable(view, interfaces);
      tables.set(view, table);
      return table;
    },
  };
}
