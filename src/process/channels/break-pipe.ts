/**
 * Makes writes to a FIFO fail after its last reader has gone. Its writers have it open for reading too, so that
 * they survive a daemon that is killed. For the same reason the kernel does not report a broken pipe to them, and a
 * writer would block for ever when the pipe is full.
 *
 * The daemon duplicates a descriptor of a writer (pidfd_getfd(2)). The duplicate shares its flags with the descriptors of
 * the writer and of its children. The daemon makes it non-blocking and fills the pipe: every later write fails at once,
 * with EAGAIN in place of EPIPE.
 *
 * @module
 */
import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { readdirSync } from '../../io/files.ts';
import { pidsIn } from '../../io/process-table.ts';
import { pidfdGetfd, pidfdOpen, setNonblocking, setPipeSize, writeFrom } from '../../native/posix.ts';

/** The smallest capacity of a pipe, in bytes. */
const ONE_PAGE = 4096;
const FILLING = Buffer.alloc(ONE_PAGE, '\n');

/**
 * Writers that the daemon may not access keep their descriptors as they are.
 *
 * @param fds reading ends of FIFOs, which are closed next
 */
export function breakPipes(fds: readonly number[]): void {
  const wanted = fds.map((fd) => fstatSync(fd)).filter((status) => status.isFIFO());
  if (wanted.length === 0) return;
  for (const pid of pidsIn()) {
    if (pid === process.pid) continue;
    for (const descriptor of descriptorsOf(pid)) {
      if (isOneOf(`/proc/${pid}/fd/${descriptor}`, wanted)) breakThrough(pid, descriptor);
    }
  }
}

function descriptorsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number);
  } catch {
    return [];
  }
}

function isOneOf(link: string, wanted: readonly Stats[]): boolean {
  try {
    const { dev, ino } = statSync(link);
    return wanted.some((status) => status.dev === dev && status.ino === ino);
  } catch {
    return false;
  }
}

function breakThrough(pid: number, descriptor: number): void {
  try {
    const pidfd = pidfdOpen(pid);
    try {
      fill(pidfdGetfd(pidfd, descriptor));
    } finally {
      closeSync(pidfd);
    }
  } catch {
    // It has ended, or the kernel does not allow it (ptrace(2)).
  }
}

function fill(fd: number): void {
  try {
    setNonblocking(fd, true);
    try {
      setPipeSize(fd, ONE_PAGE);
    } catch {
      // It holds more than that, and is filled as it is.
    }
    while (writeFrom(fd, FILLING, 0, FILLING.length) > 0);
  } finally {
    closeSync(fd);
  }
}
