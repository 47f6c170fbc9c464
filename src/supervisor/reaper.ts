/**
 * Collects children that have exited: ours, and orphans that we have inherited as PID 1.
 *
 * @module
 */
import { reap } from '../native/posix.ts';
import { decodeWaitStatus } from '../process/machine/wait-status.ts';
import type { Supervisor } from './supervisor.ts';

/** Reaps all children that have exited; each process is notified of its own exit. */
export function reapChildren(supervisor: Supervisor): void {
  for (const { pid, status } of reap()) {
    const process = supervisor.processesByPid.get(pid);
    if (process === undefined) {
      supervisor.log.info(`reaped unknown pid ${pid} (${decodeWaitStatus(status).text})`);
    } else {
      process.exited(decodeWaitStatus(status));
    }
  }
}
