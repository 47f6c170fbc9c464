/**
 * Notices the exit of a process that is not our child, because an earlier daemon started it: init reaps it, and a
 * pidfd (pidfd_open(2)) reports its exit. When descriptors are scarce, the process is looked up once a second.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { IoLoop } from '../../io/io-loop.ts';
import { zombieStatus } from '../../io/proc-stat.ts';
import { GONE, getrlimit, pidfdExitStatus, pidfdOpen, READABLE } from '../../native/posix.ts';
import { decodeWaitStatus, type WaitStatus } from '../machine/wait-status.ts';

/** Before Linux 6.15 the kernel reports an exit status to the parent, and to others only until the parent has reaped. */
export const UNKNOWN_STATUS: WaitStatus = { exitStatus: -1, text: 'exit status unknown' };

/** How long the watch waits for init to reap, in milliseconds: until then the kernel reports no status. */
const PATIENCE_MS = 250;

/**
 * How often a process without a pidfd is looked up, in milliseconds: before Linux 5.3, or when descriptors are
 * scarce.
 */
const LOOK_MS = 1000;

/** The part of the limit of open files, and the largest number of files, that pidfds leave to everything else. */
const LEFT_SHARE = 1 / 8;
const MOST_LEFT = 256;

export interface ExitWatchOptions {
  readonly pid: number;
  readonly io: IoLoop;
  /**
   * Whether the process still runs (its pid may belong to another process now). True if that cannot be determined
   * at the moment.
   */
  readonly isThere: () => boolean;
  /** Called once, and never before `watchExit` has returned. */
  readonly onExit: (status: WaitStatus) => void;
}

/**
 * Calls when the process has ended, until the returned function is called. The descriptor is opened in the next turn:
 * the channels of all processes that are adopted at once come before it.
 */
export function watchExit(options: ExitWatchOptions): () => void {
  let end: (() => void) | null = null;
  const immediate = setImmediate(() => {
    const fd = openSparingly(options.pid);
    end = fd === null ? lookForExit(options) : awaitExit(fd, options);
  });
  return () => {
    clearImmediate(immediate);
    end?.();
  };
}

/** Null where the kernel has no such descriptor, or few are left. */
function openSparingly(pid: number): number | null {
  let fd: number;
  try {
    fd = pidfdOpen(pid);
  } catch {
    return null;
  }
  const { soft } = getrlimit('nofile');
  // The lowest free number: all below it are in use.
  if (soft < 0 || fd < soft - Math.min(MOST_LEFT, soft * LEFT_SHARE)) {
    return fd;
  }
  closeSync(fd);
  return null;
}

function awaitExit(fd: number, { pid, io, isThere, onExit }: ExitWatchOptions): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    if (timer !== null) clearTimeout(timer);
    io.forget(fd);
    closeSync(fd);
  };
  const report = (status: number | null): void => {
    end();
    onExit(status === null ? UNKNOWN_STATUS : decodeWaitStatus(status));
  };
  const reportWhatIsKnown = (): void => {
    const status = pidfdExitStatus(fd);
    report(typeof status === 'number' ? status : null);
  };
  const look = (): void => {
    const status = zombieStatus(pid);
    if (status !== null) {
      report(status);
    } else if (pidfdExitStatus(fd) === 'not yet') {
      timer = setTimeout(reportWhatIsKnown, PATIENCE_MS);
      io.watch(fd, GONE, { ready: reportWhatIsKnown });
    } else {
      reportWhatIsKnown();
    }
  };
  if (isThere()) {
    io.watch(fd, READABLE, { ready: look });
  } else {
    // The descriptor may be that of another process, which has got the pid.
    report(zombieStatus(pid));
  }
  return end;
}

function lookForExit({ isThere, onExit }: ExitWatchOptions): () => void {
  let interval: NodeJS.Timeout | null = null;
  const end = (): void => {
    if (interval !== null) clearInterval(interval);
  };
  const look = (): boolean => {
    if (isThere()) return true;
    end();
    onExit(UNKNOWN_STATUS);
    return false;
  };
  if (look()) interval = setInterval(look, LOOK_MS);
  return end;
}
