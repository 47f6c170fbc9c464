/**
 * `visord.getHistory`: the last state changes of a process.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcStruct } from '../../xmlrpc/values.ts';
import { findProcess } from '../process-names.ts';

/** XML-RPC has no null: stands for a missing exit status. */
const NONE = -1;

/** @param limit how many @throws RpcFault BAD_NAME */
export function history(supervisor: SupervisorView, name: string, limit: number): RpcStruct[] {
  return supervisor.historyOf(findProcess(supervisor, name), limit).map((change) => ({
    time: new Double(change.wallMs / 1000),
    monotonic: new Double(change.monotonicMs / 1000),
    from: change.from,
    to: change.to,
    pid: change.pid,
    exited: change.exitStatus !== null,
    exitstatus: change.exitStatus ?? NONE,
    signal: change.signal ?? 0,
    expected: change.isExpected,
    spawnerr: change.spawnError,
  }));
}
