/**
 * Waits for the newline that a process writes to a descriptor when it is ready (`readiness_check_script=fd:N`), as
 * services of s6 and dinit do. The descriptor is a named FIFO, which the process keeps when the daemon is killed.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync, constants } from 'node:fs';
import { join } from 'node:path';
import { openSync } from '../io/files.ts';
import type { IoLoop } from '../io/io-loop.ts';
import { openFifos, READABLE, readInto, removeFifos } from '../native/posix.ts';
import { processHasOpen } from '../process/channels/reopen-pipes.ts';

/** What the path of the FIFO begins with. @param name as `group:process` */
export function readyBase(runtimeFolder: string, name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return join(runtimeFolder, `${digest}.ready`);
}

/** The path of the FIFO. */
export function readyPath(base: string): string {
  return `${base}.stdout`;
}

/** Makes the FIFO of a run that begins, and returns the daemon's end. @throws PosixError */
export function makeReadyFifo(base: string): number {
  return openFifos({ base, hasStdin: false, hasStderr: false, owner: null }).stdout;
}

/** Removes the name; a process that has it open keeps it. */
export function removeReadyFifo(base: string): void {
  removeFifos(base);
}

/**
 * The daemon's end of the FIFO of a process that another daemon has started. Null where the FIFO cannot be found any
 * more: the process has closed it, and its name has been removed.
 */
export function reopenReadyFifo(base: string, pid: number, descriptor: number): number | null {
  const path = readyPath(base);
  const places = processHasOpen(pid, descriptor, path) ? [`/proc/${pid}/fd/${descriptor}`, path] : [path];
  for (const place of places) {
    try {
      return openSync(place, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      // The next place is tried.
    }
  }
  return null;
}

/** Closes the daemon's end. */
export function closeReadyFifo(fd: number): void {
  closeSync(fd);
}

/** The state of a FIFO: a newline was read, it has ended without one, or neither. */
export type FifoState = 'newline' | 'end' | 'nothing';

/**
 * Calls once with the newline, or the end; the returned function ends that. The descriptor is closed then.
 *
 * @param onSeen called in a later turn of the loop
 */
export function awaitNewline(
  io: IoLoop,
  fd: number,
  onSeen: (seen: Exclude<FifoState, 'nothing'>) => void,
): () => void {
  let isOpen = true;
  const close = (): void => {
    if (isOpen) {
      isOpen = false;
      io.forget(fd);
      closeSync(fd);
    }
  };
  io.watch(fd, READABLE, {
    ready: () => {
      const seen = readNewline(fd);
      if (isOpen && seen !== 'nothing') {
        close();
        onSeen(seen);
      }
    },
  });
  return close;
}

/** Reads what is there. Other bytes than the newline mean nothing. */
export function readNewline(fd: number): FifoState {
  for (;;) {
    const count = readInto(fd, buffer);
    if (count <= 0) {
      return count === 0 ? 'end' : 'nothing';
    }
    if (buffer.subarray(0, count).includes(NEWLINE)) {
      return 'newline';
    }
  }
}

const NEWLINE = 0x0a;
const buffer = Buffer.allocUnsafe(4096);
