/**
 * `visord.getCheckResults`: the last results of the checks of a process.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcStruct } from '../../xmlrpc/values.ts';
import { findProcess } from '../process-names.ts';

/** XML-RPC has no null: stands for a missing duration. */
const NONE = -1;

/** @param name of a process @throws RpcFault BAD_NAME */
export function checkResults(supervisor: SupervisorView, name: string): RpcStruct[] {
  return supervisor.checkResultsOf(findProcess(supervisor, name)).map((result) => ({
    check: result.check,
    time: new Double(result.wallMs / 1000),
    seconds: new Double(result.tookMs === null ? NONE : result.tookMs / 1000),
    passed: result.failure === null,
    text: result.failure ?? '',
  }));
}
