/**
 * The supervisor as plugins see it. This is a public interface (docs/plugins.md): it grows, and existing members keep
 * their meaning.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { SupervisorState, SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RenderedValue, type RpcParameter, type RpcValue } from '../../xmlrpc/values.ts';
import { renderValue } from '../../xmlrpc/writer.ts';
import { CallScope } from '../call-scope.ts';
import { callMethod } from '../dispatcher.ts';
import type { FaultName, RpcFault } from '../faults.ts';
import type { MethodTable } from '../method.ts';
import { type ProcessInfo, processInfo } from '../process-info.ts';
import { faultOf } from './coded-fault.ts';

type LogMethod = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface PluginSupervisor {
  /** `RUNNING`, and `SHUTDOWN` or `RESTARTING` while everything is being stopped. */
  readonly state: SupervisorState;
  /** The `identifier` of the configuration. */
  readonly identifier: string;
  /** Path of the configuration file, as it was given. */
  readonly configFile: string;
  /** Writes lines to the main log. */
  readonly log: Pick<MainLog, LogMethod>;
  /** Aborted when the daemon exits or restarts: the plugin then closes what it has opened and clears its timers. */
  readonly ended: AbortSignal;
  /** The names of the active groups. */
  groups(): string[];
  /** What `supervisor.getProcessInfo` returns, for every process of every active group. */
  processes(): ProcessInfo[];
  /**
   * Calls a method as a client would, without the client: `call('supervisor.startProcess', 'web', true)`.
   * Rejects with a fault, which has a `code` and may be thrown on.
   */
  call(method: string, ...params: RpcParameter[]): Promise<RpcParameter>;
  /**
   * A fault to throw: by name, as `BAD_NAME`, with what follows the colon, or by a code of the plugin's own with the
   * whole text.
   */
  fault(fault: FaultName | number, detail?: string): RpcFault;
}

/** @param ended aborted when the servers are closed */
export function pluginSupervisor(
  supervisor: SupervisorView,
  table: MethodTable,
  ended: AbortSignal,
): PluginSupervisor {
  const scope = new CallScope();
  ended.addEventListener('abort', () => scope.cancel(), { once: true });
  return Object.freeze({
    get state() {
      return supervisor.state;
    },
    identifier: supervisor.config.daemon.identifier,
    configFile: supervisor.config.file,
    log: logOf(supervisor.log),
    ended,
    groups: () => [...supervisor.groups.keys()],
    processes: () => {
      const now = Math.trunc(Date.now() / 1000);
      return [...supervisor.groups.values()].flatMap((group) =>
        [...group.processes.values()].map((process) => processInfo(process, now)),
      );
    },
    call: async (method: string, ...params: RpcParameter[]) =>
      plainValue(await callMethod(table, method, params, scope)),
    fault: faultOf,
  });
}

function logOf(log: MainLog): PluginSupervisor['log'] {
  return {
    critical: (message) => log.critical(String(message)),
    error: (message) => log.error(String(message)),
    warn: (message) => log.warn(String(message)),
    info: (message) => log.info(String(message)),
    debug: (message) => log.debug(String(message)),
    trace: (message) => log.trace(String(message)),
  };
}

/** The answer as the plugin's own data; rendered XML is read as a client reads it. */
async function plainValue(value: RpcValue): Promise<RpcParameter> {
  if (value instanceof RenderedValue) {
    const { readMethodCall } = await import('../../xmlrpc/request-reader.ts');
    const call = `<methodCall><methodName>x</methodName><params><param>${renderValue(value)}</param></params></methodCall>`;
    return readMethodCall(call).parameters[0] ?? null;
  }
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return Promise.all(value.map(plainValue));
  const members = Object.entries(value).map(async ([name, member]) => [name, await plainValue(member)]);
  return Object.fromEntries(await Promise.all(members));
}
