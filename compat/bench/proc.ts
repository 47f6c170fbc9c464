/**
 * Reads figures of a daemon from /proc (proc(5)).
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of cpu that the process itself has used, its children not counted; 10 ms fine. */
export function cpuSeconds(pid: number): number {
  return cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/** Seconds of cpu of the threads that the process has now, exactly. */
export function scheduledSeconds(pid: number): number {
  return threads(pid)
    .map((thread) => Number(readFileSync(`${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e9)
    .reduce((sum, seconds) => sum + seconds, 0);
}

export interface Memory {
  /** Resident memory. */
  readonly resident: number;
  /** The part that no file backs. */
  readonly anonymous: number;
  /** Resident memory, shared pages divided by the number of processes; NaN where the kernel does not show it. */
  readonly proportional: number;
}

/** Bytes of memory of a process. */
export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return {
    resident: statusNumber(status, 'VmRSS') * 1024,
    anonymous: statusNumber(status, 'RssAnon') * 1024,
    proportional: statusNumber(rollup(pid), 'Pss') * 1024,
  };
}

function rollup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  } catch {
    return '';
  }
}

/** How often any thread of the process went to sleep by itself, and so was woken up. */
export function wakeUps(pid: number): number {
  return threads(pid)
    .map((thread) => readFileSync(`${thread}/status`, 'latin1'))
    .reduce((sum, status) => sum + statusNumber(status, 'voluntary_ctxt_switches'), 0);
}

/** How many children all threads of the process have. */
export function childCount(pid: number): number {
  return children(pid).length;
}

/** The pids of the children of all threads of the process. */
export function children(pid: number): number[] {
  return threads(pid).flatMap(childrenOf);
}

/** The pids of the children of its main thread: one file to read, however many threads there are. */
export function mainChildren(pid: number): number[] {
  return childrenOf(`/proc/${pid}/task/${pid}`);
}

function childrenOf(thread: string): number[] {
  return (readFileSync(`${thread}/children`, 'latin1').match(/\d+/g) ?? []).map(Number);
}

/** utime and stime of a line of /proc/PID/stat; the name in it may hold blanks and brackets. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A number of /proc/PID/status by its name; NaN where there is none. */
export function statusNumber(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
}

function threads(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
}
