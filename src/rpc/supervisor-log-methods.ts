/**
 * `supervisor.*`: the logs are read, tailed and cleared.
 *
 * @module
 */
import { existsSync } from '../io/files.ts';
import { LogReadError, readLog, tailLog } from '../logs/read-log.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import type { RpcParameter, RpcValue } from '../xmlrpc/values.ts';
import { intArgument, stringArgument } from './arguments.ts';
import { RpcFault } from './faults.ts';
import { forAll } from './for-all-processes.ts';
import type { MethodParameter, RpcMethod } from './method.ts';
import { allByPriority, findProcess, namespec } from './process-names.ts';

type Channel = 'stdout' | 'stderr';

const PROCESS: MethodParameter = { name: 'name', type: 'string', help: 'the process, or group:process' };
const OFFSET: MethodParameter = {
  name: 'offset',
  type: 'int',
  help: 'where to begin; negative counts from the end',
};
const LENGTH: MethodParameter = { name: 'length', type: 'int', help: 'how many bytes; 0 is all the rest' };

export function logMethods(supervisor: SupervisorView): readonly RpcMethod[] {
  return [
    readMain(supervisor, 'readLog'),
    readMain(supervisor, 'readMainLog'),
    {
      name: 'clearLog',
      help: 'Empty the main log.',
      parameters: [],
      returns: { type: 'boolean', help: 'result true' },
      handle: () => clearMain(supervisor),
    },
    readProcess(supervisor, 'readProcessLog', 'stdout'),
    readProcess(supervisor, 'readProcessStdoutLog', 'stdout'),
    readProcess(supervisor, 'readProcessStderrLog', 'stderr'),
    tailProcess(supervisor, 'tailProcessLog', 'stdout'),
    tailProcess(supervisor, 'tailProcessStdoutLog', 'stdout'),
    tailProcess(supervisor, 'tailProcessStderrLog', 'stderr'),
    clearProcess(supervisor, 'clearProcessLog'),
    clearProcess(supervisor, 'clearProcessLogs'),
    {
      name: 'clearAllProcessLogs',
      help: 'Empty the logs of all processes.',
      parameters: [],
      returns: { type: 'array', help: 'result a struct for each process: name, group, status, description' },
      handle: () => forAll(allByPriority(supervisor), (process) => clear(process, namespec(process))),
    },
  ];
}

function readMain(supervisor: SupervisorView, name: string): RpcMethod {
  return {
    name,
    help: 'Read a piece of the main log.',
    parameters: [OFFSET, LENGTH],
    returns: { type: 'string', help: 'result the piece' },
    handle: ([offset, length]) => readMainText(supervisor, offset, length),
  };
}

/** A main log in syslog cannot be read, and the fault names it as the configuration does. */
function readMainText(
  supervisor: SupervisorView,
  offset: RpcParameter | undefined,
  length: RpcParameter | undefined,
): string {
  if (supervisor.config.daemon.logfile.kind === 'syslog') throw new RpcFault('NO_FILE', 'syslog');
  return readText(supervisor.log.file, offset, length);
}

function clearMain(supervisor: SupervisorView): true {
  if (supervisor.log.file === null || !existsSync(supervisor.log.file)) throw new RpcFault('NO_FILE');
  try {
    supervisor.log.clear();
  } catch {
    throw new RpcFault('FAILED');
  }
  return true;
}

function readProcess(supervisor: SupervisorView, name: string, channel: Channel): RpcMethod {
  return {
    name,
    help: `Read a piece of the ${channel} log of a process.`,
    parameters: [PROCESS, OFFSET, LENGTH],
    returns: { type: 'string', help: 'result the piece' },
    handle: ([process, offset, length]) =>
      readText(logOf(findProcess(supervisor, stringArgument(process)), channel), offset, length),
  };
}

/** Bytes that are no UTF-8, as where a piece cuts a character, become U+FFFD. */
function readText(
  file: string | null,
  offset: RpcParameter | undefined,
  length: RpcParameter | undefined,
): string {
  if (file === null || !existsSync(file)) throw new RpcFault('NO_FILE', file);
  const from = intArgument(offset);
  const count = intArgument(length);
  try {
    return readLog(file, from, count).toString();
  } catch (error) {
    if (error instanceof LogReadError) throw new RpcFault(error.reason);
    throw error;
  }
}

function tailProcess(supervisor: SupervisorView, name: string, channel: Channel): RpcMethod {
  return {
    name,
    help: `Read what is new at the end of the ${channel} log of a process. The offset that comes back is the one to ask for next; overflow tells that more was written than length bytes.`,
    parameters: [PROCESS, OFFSET, { ...LENGTH, help: 'how many bytes at most' }],
    returns: { type: 'array', help: 'result [string bytes, int offset, bool overflow]' },
    handle: ([process, offset, length]): RpcValue => {
      const file = logOf(findProcess(supervisor, stringArgument(process)), channel);
      if (file === null || !existsSync(file)) return ['', 0, false];
      const tail = tailLog(file, intArgument(offset), intArgument(length));
      return [tail.bytes.toString(), tail.offset, tail.overflow];
    },
  };
}

function clearProcess(supervisor: SupervisorView, name: string): RpcMethod {
  return {
    name,
    help: 'Empty the stdout and stderr logs of a process.',
    parameters: [PROCESS],
    returns: { type: 'boolean', help: 'result true' },
    handle: ([process]) => {
      const wanted = stringArgument(process);
      return clear(findProcess(supervisor, wanted), wanted);
    },
  };
}

function clear(process: ManagedProcess, name: string): true {
  try {
    process.clearLogs();
  } catch {
    throw new RpcFault('FAILED', name);
  }
  return true;
}

function logOf(process: ManagedProcess, channel: Channel): string | null {
  return channel === 'stdout' ? process.stdoutLogfile : process.stderrLogfile;
}
