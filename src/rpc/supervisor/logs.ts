/**
 * `supervisor.*`: the main log and the logs of processes.
 *
 * @module
 */

import type { LogFormat } from '../../config/tables/log-formats.ts';
import { existsSync } from '../../io/files.ts';
import { readOriginalLog, tailOriginalLog } from '../../logs/original-log.ts';
import { LogReadError } from '../../logs/read-log.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcValue } from '../../xmlrpc/values.ts';
import type { ArgumentsOf } from '../arguments.ts';
import { integer, required } from '../arguments.ts';
import { RpcFault } from '../faults.ts';
import type { Method } from '../method.ts';
import { allByPriority, findProcess, namespec } from '../process-names.ts';
import { method, type SupervisorContext } from './context.ts';
import { forAll } from './for-all-processes.ts';
import { DONE, LENGTH, OFFSET, PROCESS, STATUSES } from './parameters.ts';

type Channel = 'stdout' | 'stderr';

/** Where a reader begins, and how many bytes it wants. */
const PIECE = { offset: OFFSET, length: LENGTH };

type Piece = ArgumentsOf<typeof PIECE>;

export const LOG_METHODS = [
  readMain('readLog'),
  readMain('readMainLog'),
  method({
    name: 'clearLog',
    right: 'admin',
    help: 'Truncate the main log.',
    parameters: {},
    returns: DONE,
    faults: ['NO_FILE', 'FAILED'],
    handle: (_args, { supervisor }) => clearMain(supervisor),
  }),
  readProcess('readProcessLog', 'stdout'),
  readProcess('readProcessStdoutLog', 'stdout'),
  readProcess('readProcessStderrLog', 'stderr'),
  tailProcess('tailProcessLog', 'stdout'),
  tailProcess('tailProcessStdoutLog', 'stdout'),
  tailProcess('tailProcessStderrLog', 'stderr'),
  clearProcess('clearProcessLog'),
  clearProcess('clearProcessLogs'),
  method({
    name: 'clearAllProcessLogs',
    right: 'operate',
    help: 'Truncate the logs of all processes',
    parameters: {},
    returns: STATUSES,
    handle: (_args, { supervisor }) =>
      forAll(allByPriority(supervisor), (process) => clear(process, namespec(process))),
  }),
];

function readMain(name: string): Method<SupervisorContext> {
  return method({
    name,
    right: 'read-all',
    help: 'Read a piece of the main log',
    parameters: PIECE,
    returns: { type: 'string', name: 'result', help: 'The piece' },
    faults: ['NO_FILE', 'BAD_ARGUMENTS', 'FAILED'],
    handle: (piece, { supervisor }) => readMainText(supervisor, piece),
  });
}

/** A main log in syslog cannot be read; the fault names it as the configuration does. */
function readMainText(supervisor: SupervisorView, piece: Piece): string {
  if (supervisor.config.daemon.logfile.kind === 'syslog') throw new RpcFault('NO_FILE', 'syslog');
  return readText(supervisor.log.file, 'raw', piece);
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

function readProcess(name: string, channel: Channel): Method<SupervisorContext> {
  return method({
    name,
    right: 'read',
    help: `Read a piece of the ${channel} log of a process`,
    parameters: { name: PROCESS, ...PIECE },
    returns: { type: 'string', name: 'result', help: 'The piece' },
    faults: ['BAD_NAME', 'NO_FILE', 'BAD_ARGUMENTS', 'FAILED'],
    handle: (args, { supervisor }) => {
      const process = findProcess(supervisor, args.name);
      return readText(logOf(process, channel), process.config[channel].format, args);
    },
  });
}

/** Bytes that are not UTF-8, as where a piece cuts a character, become U+FFFD. */
function readText(file: string | null, format: LogFormat, piece: Piece): string {
  if (file === null || !existsSync(file)) throw new RpcFault('NO_FILE', file);
  const { offset, length } = piece;
  try {
    return readOriginalLog(file, format, offset, length).toString();
  } catch (error) {
    if (error instanceof LogReadError) throw new RpcFault(error.reason);
    throw error;
  }
}

function tailProcess(name: string, channel: Channel): Method<SupervisorContext> {
  return method({
    name,
    right: 'read',
    help: `Follow the ${channel} log of a process.

A call returns the part of the log after the offset, and the offset for the next call. If that part is longer than length,
its last bytes are returned, and overflow is true.`,
    parameters: {
      name: PROCESS,
      offset: required(integer, 'First byte', 0),
      length: required(integer, 'Maximum number of bytes', 4096),
    },
    returns: { type: 'array', name: 'result', help: '[string bytes, int offset, bool overflow]' },
    faults: ['BAD_NAME'],
    handle: (args, { supervisor }): RpcValue => {
      const process = findProcess(supervisor, args.name);
      const file = logOf(process, channel);
      if (file === null || !existsSync(file)) return ['', 0, false];
      const tail = tailOriginalLog(file, process.config[channel].format, args.offset, args.length);
      return [tail.bytes.toString(), tail.offset, tail.overflow];
    },
  });
}

function clearProcess(name: string): Method<SupervisorContext> {
  return method({
    name,
    right: 'operate',
    help: 'Truncate the stdout and stderr logs of a process.',
    parameters: { name: PROCESS },
    returns: DONE,
    faults: ['BAD_NAME', 'FAILED'],
    handle: (args, { supervisor }) => clear(findProcess(supervisor, args.name), args.name),
  });
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
