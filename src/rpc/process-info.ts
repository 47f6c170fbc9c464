/**
 * The answer to `getProcessInfo`.
 *
 * @module
 */

import { describeProcess } from '../process/description.ts';
import { STATE_CODES } from '../process/machine/states.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import { cappedInt } from '../xmlrpc/writer.ts';

/** The struct that describes a process, its members in the reference's order. */
export interface ProcessInfo {
  readonly [member: string]: string | number;
  readonly name: string;
  readonly group: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  readonly exitstatus: number;
  readonly logfile: string;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  readonly pid: number;
  readonly description: string;
}

/** @param now wall time in whole seconds since the epoch */
export function processInfo(process: ManagedProcess, now: number): ProcessInfo {
  const stdoutLogfile = process.stdoutLogfile ?? '';
  return {
    name: process.config.name,
    group: process.groupName,
    start: cappedInt(process.startedAt),
    stop: cappedInt(process.stoppedAt),
    now: cappedInt(now),
    state: STATE_CODES[process.state],
    statename: process.state,
    spawnerr: process.spawnError,
    exitstatus: process.exitStatus ?? 0,
    logfile: stdoutLogfile,
    stdout_logfile: stdoutLogfile,
    stderr_logfile: process.stderrLogfile ?? '',
    pid: process.pid,
    description: describeProcess(process, now),
  };
}
