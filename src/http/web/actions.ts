/**
 * What the links of the page do. Each action ends with a message, in the reference's words.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import { CallScope } from '../../rpc/call-scope.ts';
import { callMethod } from '../../rpc/dispatcher.ts';
import { FAULT_CODES, RpcFault } from '../../rpc/faults.ts';
import type { MethodTable } from '../../rpc/method.ts';
import { findProcess } from '../../rpc/process-names.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { timeText } from './time-text.ts';

/** The action is unknown, or it needs the name of a process. */
export class UnknownActionError extends Error {
  override readonly name = 'UnknownActionError';
}

/** The caller has no right to the action; the message is the sentence that it gets. */
export class ForbiddenActionError extends Error {
  override readonly name = 'ForbiddenActionError';
}

export interface ActionRequest {
  readonly action: string;
  readonly processName: string | undefined;
  /** Cancelled when the client goes away: the message is not needed then. */
  readonly scope: CallScope;
  /** Why the caller may not call a method with these arguments; null where it may. */
  refusalOf(method: string, args: readonly string[]): string | null;
}

/**
 * Carries the action out and waits for its end, as the RPC methods do.
 *
 * @throws UnknownActionError, ForbiddenActionError
 */
export async function performAction(
  supervisor: SupervisorView,
  table: MethodTable,
  { action, processName, scope, refusalOf }: ActionRequest,
): Promise<string> {
  const call = (method: string, args: readonly string[], ownScope = scope) => {
    const fullName = method.includes('.') ? method : `supervisor.${method}`;
    const refusal = refusalOf(fullName, args);
    if (refusal !== null) throw new ForbiddenActionError(refusal);
    return callMethod(table, fullName, args, ownScope);
  };
  switch (action) {
    case 'refresh':
      return `Page refreshed at ${timeText(Date.now())}`;
    case 'stopall':
      return (await faultOf(() => call('stopAllProcesses', []))) ?? `All stopped at ${timeText(Date.now())}`;
    case 'restartall':
      await stopAndStart(scope, (half, lasting) => call(`${half}AllProcesses`, [], lasting));
      return `All restarted at ${timeText(Date.now())}`;
  }
  const act = PROCESS_ACTIONS.get(action);
  if (processName === undefined) throw new UnknownActionError(action);
  const process = processNamed(supervisor, processName);
  if (process === null) return `No such process named ${processName}`;
  if (!act || (action === 'reloadprogram' && process.config.reloadSignal === null))
    throw new UnknownActionError(action);
  return act(processName, (method, ownScope) => call(method, [processName], ownScope), scope);
}

type ProcessCall = (method: string, scope?: CallScope) => unknown;

const PROCESS_ACTIONS: ReadonlyMap<
  string,
  (name: string, call: ProcessCall, scope: CallScope) => Promise<string>
> = new Map([
  [
    'start',
    async (name, call) => {
      const fault = await faultOf(() => call('startProcess'), startFault);
      return fault === null ? `Process ${name} started` : `ERROR: Process ${name}: ${fault}`;
    },
  ],
  ['stop', async (name, call) => (await faultOf(() => call('stopProcess'))) ?? `Process ${name} stopped`],
  [
    'restart',
    async (name, call, scope) => {
      await stopAndStart(scope, (half, lasting) => call(`${half}Process`, lasting));
      return `Process ${name} restarted`;
    },
  ],
  [
    'reloadprogram',
    async (name, call) => (await faultOf(() => call('visord.reloadProcess'))) ?? `Process ${name} reloaded`,
  ],
  [
    'clearlog',
    async (name, call) => (await faultOf(() => call('clearProcessLogs'))) ?? `Log for ${name} cleared`,
  ],
]);

/**
 * Stop and start are both carried out, whatever the result of the stop, and also when the browser is closed in
 * between.
 */
async function stopAndStart(
  { audit }: CallScope,
  call: (half: 'stop' | 'start', lasting: CallScope) => unknown,
): Promise<void> {
  const lasting = new CallScope(audit);
  await faultOf(() => call('stop', lasting));
  await faultOf(() => call('start', lasting));
}

/** The text of the fault that a call ends with, or null. */
async function faultOf(
  call: () => unknown,
  describe: (fault: RpcFault) => string = unexpectedFault,
): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (error instanceof RpcFault) return describe(error);
    throw error;
  }
}

const START_FAULTS: ReadonlyMap<number, string> = new Map([
  [FAULT_CODES.NO_FILE, 'no such file'],
  [FAULT_CODES.NOT_EXECUTABLE, 'file not executable'],
  [FAULT_CODES.ALREADY_STARTED, 'already started'],
  [FAULT_CODES.SPAWN_ERROR, 'spawn error'],
  [FAULT_CODES.ABNORMAL_TERMINATION, 'abnormal termination'],
]);

function startFault(fault: RpcFault): string {
  return START_FAULTS.get(fault.code) ?? unexpectedFault(fault);
}

function unexpectedFault({ code, message }: RpcFault): string {
  return `unexpected rpc fault [${code}] ${message}`;
}

/** Null where there is none; the name of a group is not the name of a process here. */
function processNamed(supervisor: SupervisorView, name: string): ManagedProcess | null {
  try {
    return findProcess(supervisor, name);
  } catch (error) {
    if (error instanceof RpcFault) return null;
    throw error;
  }
}
