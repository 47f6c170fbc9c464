/**
 * The processes of other nodes, as the page shows them.
 *
 * @module
 */
import type { FleetNodes } from '../../../config/types.ts';
import { FAULT_CODES } from '../../../rpc/faults.ts';
import type { RpcParameter } from '../../../xmlrpc/values.ts';
import { callNode, NodeError } from './ask-node.ts';

/** What is known of a node. */
export interface NodeStatus {
  readonly node: string;
  /** Why it does not answer, or null. */
  readonly error: string | null;
  /** This daemon itself. */
  readonly self: boolean;
  /** Another supervisord, which has no methods of `visord`. */
  readonly stock: boolean;
  /** As `visord.getStatus`, and `visord.getResources`; null where it does not answer. */
  readonly status: RpcParameter | object;
  readonly resources: RpcParameter | object;
}

type Call = { readonly methodName: string; readonly params: string[] };

const OWN: readonly Call[] = [
  { methodName: 'visord.getStatus', params: [] },
  { methodName: 'visord.getResources', params: [] },
  { methodName: 'visord.getStartTime', params: [] },
];
const STOCK: readonly Call[] = [
  { methodName: 'supervisor.getIdentification', params: [] },
  { methodName: 'supervisor.getState', params: [] },
  { methodName: 'supervisor.getAllProcessInfo', params: [] },
];

/** Asks all nodes, each with its own time limit: one that does not answer delays the answer, and no other node. */
export async function askNodes(fleet: FleetNodes): Promise<NodeStatus[]> {
  const statuses: NodeStatus[] = [];
  const queue = [...fleet.nodes.entries()];
  const next = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const [index, { name, url }] = entry;
      statuses[index] = await askNode(fleet, name, url).catch((error: Error) => ({
        node: name,
        error: error.message,
        self: false,
        stock: false,
        status: null,
        resources: null,
      }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, next));
  return statuses;
}

/** Each takes a descriptor. */
const AT_A_TIME = 200;

async function askNode(fleet: FleetNodes, node: string, url: string): Promise<NodeStatus> {
  const ask = async (calls: readonly Call[]): Promise<readonly RpcParameter[]> => {
    const { limitMs } = fleet;
    const params = [calls.map(({ methodName, params: own }) => ({ methodName, params: own }))];
    const answer = await callNode({ url, access: fleet, method: 'system.multicall', params, limitMs });
    if (!Array.isArray(answer) || answer.length !== calls.length) throw unexpected();
    return answer;
  };
  const [status, resources, startTime] = await ask(OWN);
  const fault = faultOf(status);
  if (fault === null) {
    const self = startTime === performance.timeOrigin / 1000;
    return { node, error: null, self, stock: false, status: status ?? null, resources: resources ?? null };
  }
  if (fault.code !== FAULT_CODES.UNKNOWN_METHOD) throw new NodeError(`answered ${fault.text}`);
  const stock = await ask(STOCK);
  return { node, error: null, self: false, stock: true, status: stockStatus(stock), resources: [] };
}

function faultOf(value: RpcParameter | undefined): { readonly code: number; readonly text: string } | null {
  const { faultCode, faultString } = structOf(value ?? null);
  return faultCode === undefined ? null : { code: Number(faultCode), text: String(faultString) };
}

/** What `visord.getStatus` reports, as far as a stock supervisord reports it. */
function stockStatus([identifier, state, infos]: readonly (RpcParameter | undefined)[]): object {
  if (!Array.isArray(infos)) throw unexpected();
  const processes = infos.map((info: RpcParameter) => {
    const { group, name, statename, pid, start, stop, exitstatus, description, now } = structOf(info);
    const isQuiet = statename !== 'EXITED' || exitstatus === 0;
    return {
      group,
      name,
      statename,
      pid,
      start,
      stop,
      exitstatus,
      description,
      now,
      ended_well: isQuiet,
      disabled: false,
      waiting: false,
      health: '',
      healthy: true,
      reloadable: false,
      stdout: false,
      stderr: false,
    };
  });
  const { statename } = structOf(state ?? null);
  return { identifier, state: statename, now: processes[0]?.now ?? Date.now() / 1000, processes };
}

function structOf(value: RpcParameter): Readonly<Record<string, RpcParameter>> {
  const isStruct = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isStruct ? (value as Readonly<Record<string, RpcParameter>>) : {};
}

function unexpected(): NodeError {
  return new NodeError('did not answer as a supervisord does');
}
