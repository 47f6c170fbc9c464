/**
 * `GET /healthz`: whether the programs run as configured, for probes of orchestrators and load balancers.
 *
 * @module
 */
import type { ManagedProcess } from '../process/managed-process.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import type { Handler } from './messages/exchange.ts';
import { sendBody, sendError } from './messages/replies.ts';

export const HEALTH_PATH = '/healthz';

interface Asked {
  /** In the order of the groups; null where a name is not known. */
  readonly processes: readonly ManagedProcess[] | null;
  /** A process that is not RUNNING is in trouble, whatever its configuration. */
  readonly mustRun: boolean;
}

/**
 * 200 where all is well, 503 where the daemon is about to end or has not started all programs yet, or a process is in
 * trouble, 404 for an unknown name.
 * `?group=NAME` asks about one group, `?process=NAME` or `?process=GROUP:NAME` about one process, which has to run.
 */
export const answerHealth: Handler = ({ request, response, supervisor, path, query }) => {
  if (path !== HEALTH_PATH) {
    sendError(response, 404);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 400);
    return;
  }
  const { processes, mustRun } = askedFor(supervisor, new URLSearchParams(query));
  if (processes === null) {
    sendError(response, 404);
    return;
  }
  const troubled = processes.filter((process) => isInTrouble(process, mustRun));
  const { state: daemon, isStarting } = supervisor;
  const isWell = daemon === 'RUNNING' && !isStarting && troubled.length === 0;
  const body = JSON.stringify({
    status: isWell ? 'ok' : 'unavailable',
    daemon,
    ...(isStarting ? { starting: true } : {}),
    processes: troubled.map(({ groupName, config, state, health }) => ({
      group: groupName,
      name: config.name,
      state,
      ...(health?.isHealthy === false ? { healthy: false } : {}),
    })),
  });
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  sendBody(response, isWell ? 200 : 503, headers, request.method === 'HEAD' ? '' : `${body}\n`);
};

function askedFor(supervisor: SupervisorView, parameters: URLSearchParams): Asked {
  const [groupName, name] = [parameters.get('group'), parameters.get('process')];
  if (name !== null) {
    const [group, member] = name.includes(':') ? name.split(/:(.*)/s) : [groupName ?? name, name];
    const process = supervisor.groups.get(group ?? '')?.processes.get(member ?? '');
    return { processes: process === undefined ? null : [process], mustRun: true };
  }
  if (groupName !== null) {
    const group = supervisor.groups.get(groupName);
    return { processes: group === undefined ? null : [...group.processes.values()], mustRun: false };
  }
  const all = [...supervisor.groups.values()].flatMap(({ processes }) => [...processes.values()]);
  return { processes: all, mustRun: false };
}

/** A process that was stopped, was never to be started, or has done its work is in no trouble. */
function isInTrouble(process: ManagedProcess, mustRun: boolean): boolean {
  const { state, health, wait, hasEndedWell } = process;
  switch (state) {
    case 'RUNNING':
      return health?.isHealthy === false;
    case 'STOPPED':
      return mustRun || wait !== null;
    case 'EXITED':
      return mustRun || !hasEndedWell;
    default:
      return true;
  }
}
