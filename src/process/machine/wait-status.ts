/**
 * The result of `waitpid` for a process that has ended, in the words of the log.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';

/** How a process ended. */
export interface WaitStatus {
  /** The exit status, or -1 for an end by a signal. */
  readonly exitStatus: number;
  /** The signal that ended it; left out for an exit, and where it is not known. */
  readonly signal?: number;
  /** As `exit status 3`, `terminated by SIGTERM (core dumped)`. */
  readonly text: string;
  /** Why it ended, where that is known; it becomes the spawn error. */
  readonly cause?: string;
}

/** The spawn error of a process whose memory was at its limit. */
export const OUT_OF_MEMORY = 'out of memory';

/** The kernel has killed the process, or one that it has started, because the memory of its cgroup was at its limit. */
export function outOfMemory(status: WaitStatus): WaitStatus {
  return { ...status, text: `${status.text}, ${OUT_OF_MEMORY}`, cause: OUT_OF_MEMORY };
}

/** Reads the raw status of waitpid(2). */
export function decodeWaitStatus(status: number): WaitStatus {
  const signal = status & 0x7f;
  if (signal === 0) {
    const exitStatus = (status >> 8) & 0xff;
    return { exitStatus, text: `exit status ${exitStatus}` };
  }
  if (signal !== 0x7f) {
    const core = (status & 0x80) !== 0 ? ' (core dumped)' : '';
    return { exitStatus: -1, signal, text: `terminated by ${signalName(signal)}${core}` };
  }
  return { exitStatus: -1, text: `unknown termination cause 0x${status.toString(16).padStart(4, '0')}` };
}
