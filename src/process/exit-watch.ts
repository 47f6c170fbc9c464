/**
 * How the end of a process is seen that is not our child, as one that an earlier daemon started: init reaps it,
 * and we have a descriptor of it (pidfd_open(2)).
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { GONE, pidfdExitStatus, pidfdOpen, READABLE } from '../native/posix.ts';
import type { IoLoop } from './io-loop.ts';
import { decodeWaitStatus, type WaitStatus } from './wait-status.ts';

/** Before Linux 6.15 only the parent is told how a process ended. */
export const UNKNOWN_STATUS: WaitStatus = { exitStatus: -1, text: 'exit status unknown' };

/** How long init is given to reap, before which the kernel tells nobody how it ended. */
const PATIENCE_MS = 250;

/**
 * Calls once when the process has ended, until the returned function is called.
 *
 * @throws PosixError ESRCH where it has ended and been reaped, EMFILE
 */
export function watchExit(pid: number, io: IoLoop, onExit: (status: WaitStatus) => void): () => void {
  const fd = pidfdOpen(pid);
  let timer: NodeJS.Timeout | null = null;
  const end = (): void => {
    if (timer !== null) clearTimeout(timer);
    io.forget(fd);
    closeSync(fd);
  };
  const tell = (): void => {
    const status = pidfdExitStatus(fd);
    end();
    onExit(status === null ? UNKNOWN_STATUS : decodeWaitStatus(status));
  };
  io.watch(fd, READABLE, () => {
    if (pidfdExitStatus(fd) !== null) {
      tell();
      return;
    }
    timer = setTimeout(tell, PATIENCE_MS);
    io.watch(fd, GONE, tell);
  });
  return end;
}
