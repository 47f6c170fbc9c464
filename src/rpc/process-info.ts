/**
 * The answer to `getProcessInfo`.
 *
 * @module
 */

import { STATE_CODES } from '../process/machine/states.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import { localTime, MONTHS, twoDigits } from '../python/local-time.ts';
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

/** The text that `status` shows behind the state. */
export function describeProcess(process: ManagedProcess, now: number): string {
  switch (process.state) {
    case 'RUNNING': {
      const uptime = Math.max(0, Math.trunc(now) - Math.trunc(process.startedAt));
      const trouble = process.logTrouble === null ? '' : ', log cannot be written (the main log says why)';
      return `pid ${process.pid}, uptime ${formatUptime(uptime)}${trouble}`;
    }
    case 'FATAL':
    case 'BACKOFF':
      return process.spawnError || `unknown error (try "tail ${process.config.name}")`;
    case 'STOPPED':
      return process.wait?.text ?? describeEnd(process);
    case 'EXITED': {
      const { nextStartAt } = process;
      const again = nextStartAt === null ? '' : `, again in ${Math.max(0, Math.ceil(nextStartAt - now))} s`;
      return `${describeEnd(process)}${again}`;
    }
    default:
      return '';
  }
}

/** When a process without a pid ended. */
function describeEnd(process: ManagedProcess): string {
  return Math.trunc(process.startedAt) === 0 ? 'Not started' : formatStop(process.stoppedAt);
}

/** Whether the description changes with the time alone. */
export function isTimed(process: ManagedProcess): boolean {
  return process.state === 'RUNNING' || process.nextStartAt !== null;
}

/** `H:MM:SS`, with `1 day, ` or `N days, ` before it where there are any. */
export function formatUptime(totalSeconds: number): string {
  const days = Math.floor(totalSeconds / 86_400);
  const hours = Math.floor((totalSeconds % 86_400) / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const time = `${hours}:${twoDigits(minutes)}:${twoDigits(totalSeconds % 60)}`;
  if (days === 0) return time;
  return `${days} ${days === 1 ? 'day' : 'days'}, ${time}`;
}

/** `Nov 23 09:56 AM` in local time. */
function formatStop(seconds: number): string {
  const time = localTime(Math.trunc(seconds) * 1000);
  const half = time.hours < 12 ? 'AM' : 'PM';
  const clock = `${twoDigits(time.hours % 12 || 12)}:${twoDigits(time.minutes)} ${half}`;
  return `${MONTHS[time.month]} ${twoDigits(time.day)} ${clock}`;
}
