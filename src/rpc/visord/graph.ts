/**
 * The answer to `visord.getGraph`.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';
import { findProcess } from '../process-names.ts';

/** XML-RPC has no null: stands for a missing time. */
const NONE = -1;

/** @param name the end of the critical chain; empty for the process that was ready last @throws RpcFault BAD_NAME */
export function renderGraph(supervisor: SupervisorView, name: string): RpcStruct {
  const { processes, criticalChain } = supervisor.graphReport(name === '' ? null : idOf(supervisor, name));
  return {
    processes: processes.map((process) => ({
      name: process.name,
      statename: process.state,
      level: process.level,
      waiting: process.waitingSeconds === null ? NONE : Math.trunc(process.waitingSeconds),
      dependencies: process.dependencies.map((dependency) => ({
        name: dependency.name,
        condition: dependency.condition,
        met: dependency.isMet,
      })),
    })),
    critical_chain: criticalChain.map(({ id, startedAfterMs, tookMs }) => ({
      name: id,
      started_after_ms: Math.round(startedAfterMs),
      took_ms: tookMs === null ? NONE : Math.round(tookMs),
    })),
  };
}

function idOf(supervisor: SupervisorView, name: string): string {
  const process = findProcess(supervisor, name);
  return `${process.groupName}:${process.config.name}`;
}
