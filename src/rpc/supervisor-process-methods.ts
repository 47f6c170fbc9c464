/**
 * `supervisor.*`: processes are looked at, started, stopped, signalled and written to.
 *
 * @module
 */
import { StdinClosedError } from '../process/channels/input-channel.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { pythonText } from '../xmlrpc/quote-argument.ts';
import type { RpcParameter } from '../xmlrpc/values.ts';
import { stringArgument } from './arguments.ts';
import { RpcFault } from './faults.ts';
import type { MethodParameter, RpcMethod } from './method.ts';
import { processInfo } from './process-info.ts';
import { ProcessInfoRenderer } from './process-info-renderer.ts';
import { findProcess, NameOrder } from './process-names.ts';
import { signalAll, signalGroup, signalNamed } from './signal-processes.ts';
import { startAll, startGroup, startNamed, stopAll, stopGroup, stopNamed } from './start-stop-processes.ts';

const PROCESS: MethodParameter = { name: 'name', type: 'string', help: 'the process, or group:process' };
const PROCESSES: MethodParameter = {
  ...PROCESS,
  help: 'the process, group:process, or group:* for all of a group',
};
const GROUP: MethodParameter = { name: 'name', type: 'string', help: 'the group' };
const SIGNAL: MethodParameter = { name: 'signal', type: 'string', help: 'the signal, by name or number' };
const WAIT: MethodParameter = {
  name: 'wait',
  type: 'boolean',
  help: 'whether to answer only when it is done (the default)',
  optional: true,
};
const DONE = { type: 'boolean', help: 'result true' } as const;
const STATUSES = {
  type: 'array',
  help: 'result a struct for each process: name, group, status, description',
} as const;

export function processMethods(supervisor: SupervisorView): readonly RpcMethod[] {
  const renderer = new ProcessInfoRenderer();
  const order = new NameOrder(supervisor);
  return [
    {
      name: 'getProcessInfo',
      help: 'Tell the state of a process.',
      parameters: [PROCESS],
      returns: { type: 'struct', help: 'result the state' },
      handle: ([name]) => processInfo(findProcess(supervisor, stringArgument(name)), nowSeconds()),
    },
    {
      name: 'getAllProcessInfo',
      help: 'Tell the states of all processes, by the names of their groups and their own.',
      parameters: [],
      returns: { type: 'array', help: 'result a struct for each process' },
      handle: () => renderer.renderAll(order.processes(), nowSeconds()),
    },
    {
      name: 'startProcess',
      help: 'Start a process.',
      parameters: [PROCESSES, WAIT],
      returns: DONE,
      handle: ([name, wait], scope) => startNamed(supervisor, scope, stringArgument(name), wait),
    },
    {
      name: 'startProcessGroup',
      help: 'Start all processes of a group.',
      parameters: [GROUP, WAIT],
      returns: STATUSES,
      handle: ([name = null, wait], scope) => startGroup(supervisor, scope, name, wait),
    },
    {
      name: 'startAllProcesses',
      help: 'Start all processes.',
      parameters: [WAIT],
      returns: STATUSES,
      handle: ([wait], scope) => startAll(supervisor, scope, wait),
    },
    {
      name: 'stopProcess',
      help: 'Stop a process.',
      parameters: [PROCESSES, WAIT],
      returns: DONE,
      handle: ([name, wait], scope) => stopNamed(supervisor, scope, stringArgument(name), wait),
    },
    {
      name: 'stopProcessGroup',
      help: 'Stop all processes of a group.',
      parameters: [GROUP, WAIT],
      returns: STATUSES,
      handle: ([name = null, wait], scope) => stopGroup(supervisor, scope, name, wait),
    },
    {
      name: 'stopAllProcesses',
      help: 'Stop all processes.',
      parameters: [WAIT],
      returns: STATUSES,
      handle: ([wait], scope) => stopAll(supervisor, scope, wait),
    },
    {
      name: 'signalProcess',
      help: 'Send a signal to a process.',
      parameters: [PROCESSES, SIGNAL],
      returns: DONE,
      handle: ([name, signal = null]) => signalNamed(supervisor, stringArgument(name), signal),
    },
    {
      name: 'signalProcessGroup',
      help: 'Send a signal to all processes of a group.',
      parameters: [GROUP, SIGNAL],
      returns: STATUSES,
      handle: ([name = null, signal = null]) => signalGroup(supervisor, name, signal),
    },
    {
      name: 'signalAllProcesses',
      help: 'Send a signal to all processes.',
      parameters: [SIGNAL],
      returns: STATUSES,
      handle: ([signal = null]) => signalAll(supervisor, signal),
    },
    {
      name: 'sendProcessStdin',
      help: 'Write to the stdin of a process; text is sent as UTF-8.',
      parameters: [PROCESS, { name: 'chars', type: 'string', help: 'what to write' }],
      returns: DONE,
      handle: ([name, chars = null]) => sendStdin(supervisor, name, chars),
    },
  ];
}

function sendStdin(supervisor: SupervisorView, name: RpcParameter | undefined, chars: RpcParameter): true {
  if (typeof chars !== 'string')
    throw new RpcFault('INCORRECT_PARAMETERS', chars === null ? null : pythonText(chars));
  const wanted = stringArgument(name);
  const process = findProcess(supervisor, wanted);
  if (process.pid === 0 || process.isBeingKilled) throw new RpcFault('NOT_RUNNING', wanted);
  try {
    process.writeStdin(Buffer.from(chars));
  } catch (error) {
    if (error instanceof StdinClosedError) throw new RpcFault('NO_FILE', wanted);
    throw error;
  }
  return true;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
