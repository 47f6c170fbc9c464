/**
 * `GET /api/nodes`: the processes of the nodes of `[fleet]`. `POST /api/nodes/NODE/METHOD`: a call of another node, with
 * the rights of the caller here, and the user name and password of `[fleet]` there.
 *
 * @module
 */
import type { FleetNodes } from '../../../config/types.ts';
import { escapeControls } from '../../../python/repr.ts';
import { FAULT_CODES, RpcFault } from '../../../rpc/faults.ts';
import type { Argument, BoundMethod, MethodTable } from '../../../rpc/method.ts';
import { positionalArguments } from '../../../rpc/named-arguments.ts';
import { refusalOfCall, refusalOfRight } from '../../../rpc/rights/refusal.ts';
import type { SupervisorView } from '../../../supervisor/supervisor-view.ts';
import type { RpcParameter, RpcValue } from '../../../xmlrpc/values.ts';
import { auditOf } from '../../audit-trail.ts';
import type { Exchange } from '../../messages/exchange.ts';
import type { ApiContext } from '../api-context.ts';
import { sendFault, sendJson, sendProblem } from '../json-answers.ts';
import { ArgumentsError, readArguments } from '../json-arguments.ts';
import { withJsonBody } from '../json-body.ts';
import { callNode, NodeError, NodeFault } from './ask-node.ts';
import { askNodes, type NodeStatus } from './node-status.ts';
import { type CallOfNode, restartStock } from './restart-stock.ts';

const WHAT = 'the nodes of the fleet';

/** Answers `GET /api/nodes`. */
export function answerNodes(exchange: Exchange): void {
  const { response, supervisor, caller } = exchange;
  const fleet = fleetFor(exchange);
  if (fleet === null) return;
  const refusal = refusalOfRight(caller, 'read-all', WHAT);
  if (refusal !== null) {
    sendProblem(response, 403, refusal);
    return;
  }
  statusesOf(supervisor, fleet).then(
    (nodes) => sendJson(response, 200, { result: { name: fleet.name, nodes } }),
    (error: Error) => {
      supervisor.log.error(`nodes of the fleet: ${error.message}`);
      sendProblem(response, 500, 'An internal error, which the main log has.');
    },
  );
}

/** Several pages ask at about the same time: one answer is for all of them. */
interface Known {
  readonly fleet: FleetNodes;
  readonly statuses: Promise<NodeStatus[]>;
  /** Monotonic milliseconds; infinite while the nodes are asked. */
  until: number;
}

const known = new WeakMap<SupervisorView, Known>();
const FRESH_MS = 1000;

function statusesOf(supervisor: SupervisorView, fleet: FleetNodes): Promise<NodeStatus[]> {
  const last = known.get(supervisor);
  if (last?.fleet === fleet && performance.now() < last.until) return last.statuses;
  const asked: Known = { fleet, statuses: askNodes(fleet), until: Number.POSITIVE_INFINITY };
  known.set(supervisor, asked);
  const age = (): void => {
    asked.until = performance.now() + FRESH_MS;
  };
  asked.statuses.then(age, age);
  return asked.statuses;
}

/** Answers `POST /api/nodes/NODE/METHOD`. @param path `NODE/METHOD` */
export function answerNodeCall(exchange: Exchange, context: ApiContext, path: string): void {
  const { response, supervisor } = exchange;
  const slash = path.indexOf('/');
  const [node, method] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
  withJsonBody(exchange, context, (body) => {
    const fleet = fleetFor(exchange);
    if (fleet === null) return;
    const address = fleet.nodes.find(({ name }) => name === node);
    if (address === undefined) {
      sendProblem(response, 404, 'The fleet has no such node.');
      return;
    }
    try {
      const { params, refusal } = readCall(exchange, context.tables.whole, method, body);
      if (refusal !== null) {
        auditOf(exchange)?.(`${escapeControls(method)} of node ${node} refused: ${refusal}`);
        sendProblem(response, 403, refusal);
        return;
      }
      auditOf(exchange)?.(`node ${node}: ${method} ${JSON.stringify(params[0] ?? '')}`);
      carryOut(fleet, address.url, method, params).then(
        (result) => {
          known.delete(supervisor);
          sendJson(response, 200, { result });
        },
        (error: unknown) => fail(exchange, node, error),
      );
    } catch (error) {
      fail(exchange, node, error);
    }
  });
}

/** @throws ArgumentsError, RpcFault */
function readCall(
  { caller }: Exchange,
  table: MethodTable,
  method: string,
  body: Buffer,
): { readonly params: readonly RpcValue[]; readonly refusal: string | null } {
  const description = table.get(method);
  if (description === undefined || !/^(?:supervisor|visord)\./.test(method)) {
    throw new ArgumentsError('This method cannot be called on another node.');
  }
  const args = positionalArguments(description, readArguments(body));
  // The patterns of programs= are about the programs of this daemon.
  const refusal = refusalOfRight(caller, 'read-all', WHAT) ?? refusalOfCall(caller, table, method, args);
  return { params: refusal === null ? wholeArguments(description, args) : [], refusal };
}

/** Arguments that are left out between others are those of the table. @throws ArgumentsError */
function wholeArguments({ parameters }: BoundMethod, args: readonly Argument[]): RpcValue[] {
  const given = args.findLastIndex((arg) => arg !== undefined) + 1;
  return args.slice(0, given).map((arg, index) => {
    const value = arg === undefined ? parameters[index]?.default : arg;
    if (value === undefined || value === null || hasNull(value)) {
      throw new ArgumentsError('Another node is called over XML-RPC, which has no null.');
    }
    return value as RpcValue;
  });
}

function hasNull(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return value === null || Object.values(value).some(hasNull);
}

/**
 * A start or a stop takes as long as the program does. Meanwhile the node is asked for its version again and again: the
 * wait ends when it does not answer that within the limit.
 *
 * @throws NodeFault, NodeError
 */
async function carryOut(
  fleet: FleetNodes,
  url: string,
  method: string,
  params: readonly RpcValue[],
): Promise<RpcParameter> {
  const { limitMs } = fleet;
  const over = new AbortController();
  const call: CallOfNode = (name, args) =>
    callNode({ url, access: fleet, method: name, params: args, limitMs: null, signal: over.signal });
  const work = callOrRestart(call, method, params);
  let timer: NodeJS.Timeout | null = null;
  const gone = new Promise<never>((_resolve, reject) => {
    const check = async (): Promise<void> => {
      try {
        await callNode({ url, access: fleet, method: 'supervisor.getVersion', params: [], limitMs });
        if (!over.signal.aborted) timer = setTimeout(check, limitMs);
      } catch (error) {
        reject(error);
      }
    };
    timer = setTimeout(check, limitMs);
  });
  work.catch(() => {});
  gone.catch(() => {});
  try {
    return await Promise.race([work, gone]);
  } finally {
    if (timer !== null) clearTimeout(timer);
    over.abort();
  }
}

/** A stock supervisord is restarted by methods of its own. @throws NodeFault, NodeError */
async function callOrRestart(
  call: CallOfNode,
  method: string,
  params: readonly RpcValue[],
): Promise<RpcParameter> {
  try {
    return await call(method, params);
  } catch (error) {
    const isUnknown = error instanceof NodeFault && error.code === FAULT_CODES.UNKNOWN_METHOD;
    if (!isUnknown || method !== 'visord.restartGroup') throw error;
  }
  return restartStock(call, params);
}

/** The nodes; null where there are none, which is answered. */
function fleetFor({ response, supervisor }: Exchange): FleetNodes | null {
  const { fleetNodes } = supervisor.config;
  if (fleetNodes === null) sendProblem(response, 404, 'No nodes are configured in [fleet].');
  return fleetNodes;
}

function fail({ response, supervisor }: Exchange, node: string, error: unknown): void {
  if (error instanceof NodeFault) sendFault(response, error.code, error.message);
  else if (error instanceof NodeError) sendProblem(response, 503, `${node} ${error.message}`);
  else if (error instanceof ArgumentsError || error instanceof RangeError)
    sendProblem(response, 400, error.message);
  else if (error instanceof RpcFault) sendFault(response, error.code, error.message);
  else {
    supervisor.log.critical(`a call of node ${node} raised an unexpected exception: ${String(error)}`);
    sendProblem(response, 500, 'An internal error, which the main log has.');
  }
}
