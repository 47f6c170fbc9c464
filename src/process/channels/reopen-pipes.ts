/**
 * The daemon's ends of pipes that a process has from another daemon.
 *
 * @module
 */
import { closeSync, constants, fstatSync } from 'node:fs';
import { openSync, readlinkSync } from '../../io/files.ts';
import { pipe, setNonblocking } from '../../native/posix.ts';

/**
 * Opens the daemon's ends of channels that a process has from another daemon. A channel that no process
 * is found to write to is at its end.
 *
 * @throws PosixError or the ErrnoException of `open`, as EMFILE; nothing stays open then
 */
export function reopenPipes({ base, pid, redirectStderr, ends = null }: ReopenOptions): OpenEnds {
  if (ends !== null) {
    return { base, ...ends };
  }
  const stdout = reopenOutput(base, pid, 'stdout');
  try {
    const stderr = redirectStderr ? null : reopenOutput(base, pid, 'stderr');
    return { base, stdin: null, stdout, stderr };
  } catch (error) {
    closeSync(stdout);
    throw error;
  }
}

export interface ReopenOptions {
  /** As in `Pipes`. */
  readonly base: string | null;
  /** The process that has the channels. */
  readonly pid: number;
  readonly redirectStderr: boolean;
  /** The daemon's ends, where they are still open; else null. */
  readonly ends?: ChannelEnds | null;
}

/** Descriptors of channels that stay open for the program that goes on under this pid. */
export interface ChannelEnds {
  readonly stdin: number | null;
  /** Null where nothing writes to it any more. */
  readonly stdout: number | null;
  readonly stderr: number | null;
}

export interface OpenEnds extends ChannelEnds {
  /** As in `Pipes`. */
  readonly base: string | null;
}

/** Closes what no process reads any more. */
export function closeEnds(ends: ChannelEnds | null): void {
  for (const fd of [ends?.stdin, ends?.stdout, ends?.stderr]) {
    if (typeof fd === 'number') closeSync(fd);
  }
}

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

function reopenOutput(base: string | null, pid: number, name: 'stdout' | 'stderr'): number {
  const path = base === null ? null : `${base}.${name}`;
  // The descriptor of the process is the pipe; the file with its name may be a later one.
  const fd = openReaderOf(path, pid, DESCRIPTORS[name]) ?? (path === null ? null : openReader(path));
  if (fd !== null) {
    return fd;
  }
  const { read, write } = pipe();
  closeSync(write);
  setNonblocking(read, true);
  return read;
}

/** Null where there is no FIFO of that name. */
function openReader(path: string): number | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code)) {
      return null;
    }
    throw error;
  }
  if (fstatSync(fd).isFIFO()) {
    return fd;
  }
  closeSync(fd);
  return null;
}

const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP']);

/** A cleaner of temporary folders may have taken the name, or it never had one: proc(5) knows what the process has open. */
function openReaderOf(path: string | null, pid: number, descriptor: number): number | null {
  return processHasOpen(pid, descriptor, path) ? openReader(`/proc/${pid}/fd/${descriptor}`) : null;
}

/** @param path of a FIFO, which may have lost its name; null is any pipe without a name */
export function processHasOpen(pid: number, descriptor: number, path: string | null): boolean {
  const open = pipeOf(pid, descriptor);
  return path === null ? open?.startsWith('pipe:') === true : open === path;
}

/** The path of what a process has open, also where it was removed; null where that cannot be read. */
export function pipeOf(pid: number, descriptor: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}
