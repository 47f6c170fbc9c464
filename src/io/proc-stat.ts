/**
 * What the kernel shows of a process in `/proc/PID/stat` (proc(5)).
 *
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcStat {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it was started, in clock ticks since the machine was: with the pid it names one process for good. */
  readonly startTicks: number;
  /** True where it has ended, and its parent has not asked how yet. */
  readonly isZombie: boolean;
  /** As waitpid(2) returns it; valid for a zombie that this process may trace (ptrace(2)). */
  readonly exitStatus: number;
}

/** Fields of `/proc/PID/stat` from the third of proc(5) on: the name before them, in parentheses, may hold anything. */
export function statFields(text: string): string[] {
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Errors of the kernel for a process that has exited, or that it hides. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/**
 * Null where there is no such process, or none that we may see.
 *
 * @throws ErrnoException where that is not known, as EMFILE: the process may well run
 */
export function procStat(pid: number): ProcStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code)) {
      return null;
    }
    throw error;
  }
  const fields = statFields(text);
  return {
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    exitStatus: Number(fields[49]),
  };
}

/** What /proc counts in (USER_HZ), on every architecture of Linux. */
export const TICKS_PER_SECOND = 100;

/** Since the machine was started, in seconds, also those in which it was suspended: what start times count from. */
export function uptimeSeconds(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'latin1'));
}

/** As `procStat`, but null also where it cannot be read at the moment. */
export function procStatIfKnown(pid: number): ProcStat | null {
  try {
    return procStat(pid);
  } catch {
    return null;
  }
}

/** What waitpid(2) would return for a process that its parent has not reaped yet; null where it cannot be known. */
export function zombieStatus(pid: number): number | null {
  const stat = procStatIfKnown(pid);
  return stat?.isZombie && mayTrace(pid) ? stat.exitStatus : null;
}

/** Without the right to trace, the kernel shows 0 for every process. A zombie has no folder, and the link to it is ENOENT with that right only. */
function mayTrace(zombie: number): boolean {
  try {
    readlinkSync(`/proc/${zombie}/cwd`);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
