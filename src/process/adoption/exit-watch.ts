/**
 * How the end of a process is seen that is not our child, as one that an earlier daemon started: init reaps it,
 * and we have a descriptor of it (pidfd_open(2)).
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { IoLoop } from '../../io/io-loop.ts';
import { zombieStatus } from '../../io/proc-stat.ts';
import { GONE, pidfdExitStatus, pidfdOpen, READABLE } from '../../native/posix.ts';
import { decodeWaitStatus, type WaitStatus } from '../machine/wait-status.ts';

/** Before Linux 6.15 the kernel reports an exit status to the parent, and to others only until the parent has reaped. */
export const UNKNOWN_STATUS: WaitStatus = { exitStatus: -1, text: 'exit status unknown' };

/** How long the watch waits for init to reap, in milliseconds: until then the kernel reports no status. */
const PATIENCE_MS = 250;

/** How often a process is looked for where the kernel has no descriptor of it: before Linux 5.3, or for want of descriptors. */
const LOOK_MS = 1000;

export interface ExitWatchOptions {
  readonly pid: number;
  readonly io: IoLoop;
  /** Whether it is still there: another process may have got its pid. */
  readonly isThere: () => boolean;
  /** Called once, and never before `watchExit` has returned. */
  readonly onExit: (status: WaitStatus) => void;
}

/** Calls when the process has ended, until the returned function is called. */
export function watchExit(options: ExitWatchOptions): () => void {
  let fd: number;
  try {
    fd = pidfdOpen(options.pid);
  } catch {
    return lookForExit(options);
  }
  return awaitExit(fd, options);
}

function awaitExit(fd: number, { pid, io, onExit }: ExitWatchOptions): () => void {
  let timer: NodeJS.Timeout | null = null;
  const end = (): void => {
    if (timer !== null) clearTimeout(timer);
    io.forget(fd);
    closeSync(fd);
  };
  const report = (status: number | null): void => {
    end();
    onExit(status === null ? UNKNOWN_STATUS : decodeWaitStatus(status));
  };
  const tellWhatIsKnown = (): void => {
    const status = pidfdExitStatus(fd);
    report(typeof status === 'number' ? status : null);
  };
  const look = (): void => {
    const status = zombieStatus(pid);
    if (status !== null) {
      report(status);
    } else if (pidfdExitStatus(fd) === 'not yet') {
      timer = setTimeout(tellWhatIsKnown, PATIENCE_MS);
      io.watch(fd, GONE, { ready: tellWhatIsKnown });
    } else {
      tellWhatIsKnown();
    }
  };
  io.watch(fd, READABLE, { ready: look });
  return end;
}

function lookForExit({ isThere, onExit }: ExitWatchOptions): () => void {
  const interval = setInterval(() => {
    if (!isThere()) {
      clearInterval(interval);
      onExit(UNKNOWN_STATUS);
    }
  }, LOOK_MS);
  return () => clearInterval(interval);
}
