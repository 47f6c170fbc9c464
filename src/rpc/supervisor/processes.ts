/**
 * `supervisor.*`: state, start, stop, signals and stdin of processes.
 *
 * @module
 */
import { StdinClosedError } from '../../process/channels/input-channel.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { pythonText } from '../../xmlrpc/quote-argument.ts';
import { type ArgumentType, required, secret } from '../arguments.ts';
import { RpcFault } from '../faults.ts';
import { processInfo } from '../process-info.ts';
import { findProcess } from '../process-names.ts';
import { method } from './context.ts';
import {
  DONE,
  DONE_OR_STATUSES,
  GROUP,
  PROCESS,
  PROCESSES,
  SIGNAL,
  SIGNAL_FAULTS,
  START_FAULTS,
  STATUSES,
  STOP_FAULTS,
  WAIT_FOR_START,
  WAIT_FOR_STOP,
} from './parameters.ts';
import { signalAll, signalGroup, signalNamed } from './signal-processes.ts';
import { startAll, startGroup, startNamed, stopAll, stopGroup, stopNamed } from './start-stop-processes.ts';

/** The fault for anything but text quotes it. */
const characters: ArgumentType<string> = {
  name: 'string',
  read: (value) => {
    if (typeof value === 'string') return value;
    throw new RpcFault('INCORRECT_PARAMETERS', value === null ? null : pythonText(value));
  },
};

export const PROCESS_METHODS = [
  method({
    name: 'getProcessInfo',
    right: 'read',
    help: 'Return the state of a process',
    parameters: { name: PROCESS },
    returns: { type: 'struct', name: 'result', help: 'The state' },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => processInfo(findProcess(supervisor, name), nowSeconds()),
  }),
  method({
    name: 'getAllProcessInfo',
    right: 'read',
    help: 'Return the states of all processes, sorted by group and name',
    parameters: {},
    returns: { type: 'array', name: 'result', help: 'A struct for each process' },
    handle: (_args, { renderer, order }) => renderer.renderAll(order.processes(), nowSeconds()),
  }),
  method({
    name: 'startProcess',
    right: 'operate',
    help: "Start a process, or with 'group:*' all processes of a group",
    parameters: { name: PROCESSES, wait: WAIT_FOR_START },
    returns: DONE_OR_STATUSES,
    faults: START_FAULTS,
    handle: ({ name, wait }, { supervisor }, scope) => startNamed(supervisor, scope, name, wait),
  }),
  method({
    name: 'startProcessGroup',
    right: 'operate',
    help: 'Start all processes of a group',
    parameters: { name: GROUP, wait: WAIT_FOR_START },
    returns: STATUSES,
    faults: ['BAD_NAME'],
    handle: ({ name, wait }, { supervisor }, scope) => startGroup(supervisor, scope, name, wait),
  }),
  method({
    name: 'startAllProcesses',
    right: 'operate',
    help: 'Start all processes',
    parameters: { wait: WAIT_FOR_START },
    returns: STATUSES,
    handle: ({ wait }, { supervisor }, scope) => startAll(supervisor, scope, wait),
  }),
  method({
    name: 'stopProcess',
    right: 'operate',
    help: "Stop a process, or with 'group:*' all processes of a group",
    parameters: { name: PROCESSES, wait: WAIT_FOR_STOP },
    returns: DONE_OR_STATUSES,
    faults: STOP_FAULTS,
    handle: ({ name, wait }, { supervisor }, scope) => stopNamed(supervisor, scope, name, wait),
  }),
  method({
    name: 'stopProcessGroup',
    right: 'operate',
    help: 'Stop all processes of a group',
    parameters: { name: GROUP, wait: WAIT_FOR_STOP },
    returns: STATUSES,
    faults: ['BAD_NAME'],
    handle: ({ name, wait }, { supervisor }, scope) => stopGroup(supervisor, scope, name, wait),
  }),
  method({
    name: 'stopAllProcesses',
    right: 'operate',
    help: 'Stop all processes',
    parameters: { wait: WAIT_FOR_STOP },
    returns: STATUSES,
    handle: ({ wait }, { supervisor }, scope) => stopAll(supervisor, scope, wait),
  }),
  method({
    name: 'signalProcess',
    right: 'operate',
    help: "Send a signal to a process, or with 'group:*' to all processes of a group",
    parameters: { name: PROCESSES, signal: SIGNAL },
    returns: DONE_OR_STATUSES,
    faults: SIGNAL_FAULTS,
    handle: ({ name, signal }, { supervisor }) => signalNamed(supervisor, name, signal),
  }),
  method({
    name: 'signalProcessGroup',
    right: 'operate',
    help: 'Send a signal to all processes of a group',
    parameters: { name: GROUP, signal: SIGNAL },
    returns: STATUSES,
    faults: ['BAD_NAME'],
    handle: ({ name, signal }, { supervisor }) => signalGroup(supervisor, name, signal),
  }),
  method({
    name: 'signalAllProcesses',
    right: 'operate',
    help: 'Send a signal to all processes',
    parameters: { signal: SIGNAL },
    returns: STATUSES,
    handle: ({ signal }, { supervisor }) => signalAll(supervisor, signal),
  }),
  method({
    name: 'sendProcessStdin',
    right: 'operate',
    help: `Write text to the stdin of a process, encoded as UTF-8. The fault is NOT_RUNNING if the process does not run, and NO_FILE if
its stdin is closed.`,
    parameters: { name: PROCESS, chars: secret(required(characters, 'The text', 'reload\n')) },
    returns: DONE,
    faults: ['BAD_NAME', 'NOT_RUNNING', 'NO_FILE'],
    handle: ({ chars, name }, { supervisor }) => sendStdin(supervisor, name, chars),
  }),
];

function sendStdin(supervisor: SupervisorView, name: string, chars: string): true {
  const process = findProcess(supervisor, name);
  if (process.pid === 0 || process.isBeingKilled) throw new RpcFault('NOT_RUNNING', name);
  try {
    process.writeStdin(Buffer.from(chars));
  } catch (error) {
    if (error instanceof StdinClosedError) throw new RpcFault('NO_FILE', name);
    throw error;
  }
  return true;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
