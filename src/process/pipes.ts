/**
 * The pipes between the daemon and a child: named FIFOs where there is a folder for them, anonymous
 * pipes where there is none. A FIFO is a pipe in every respect for the child, can be opened again as
 * `/dev/stdout` by a child of another user, and outlives a daemon that dies (DESIGN, Channels).
 *
 * @module
 */
import { closeSync, constants, fchownSync, lstatSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mkfifo, PosixError, pipe, setNonblocking } from '../native/posix.ts';

export type ChannelName = 'stdin' | 'stdout' | 'stderr';

/** Both ends of one channel; the daemon's end never blocks, the child's always does. */
export interface PipeEnds {
  readonly daemonFd: number;
  readonly childFd: number;
  /** Path of the FIFO, or null for an anonymous pipe. */
  readonly path: string | null;
}

export interface PipeOptions {
  /** Folder for FIFOs, or null for anonymous pipes. */
  readonly folder: string | null;
  /** As `group:process`; made a file name here. */
  readonly name: string;
  readonly channel: ChannelName;
  /** User that has to be able to open the channel by name; null is the daemon's own. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const LONGEST_NAME = 200;

/** Where the folder itself is the trouble: gone, full, not ours any more. */
const FOLDER_TROUBLES: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
]);

/**
 * Opens one channel; one that cannot have a name is an anonymous pipe.
 *
 * @throws PosixError or the ErrnoException of `open`, as EMFILE; nothing stays open then
 */
export function openPipe(options: PipeOptions): PipeEnds {
  const { folder } = options;
  if (folder === null) {
    return openAnonymous(options);
  }
  try {
    return isOurs(folder) ? openFifo(options, folder) : openAnonymous(options);
  } catch (error) {
    if (FOLDER_TROUBLES.has((error as NodeJS.ErrnoException).code)) {
      return openAnonymous(options);
    }
    throw error;
  }
}

/** A cleaner of temporary folders may have taken it; one that somebody else put in its place is not ours. */
function isOurs(folder: string): boolean {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) {
    // Not recursive: Node repeats that for ever where the parent is there and cannot have the folder, as /proc.
    mkdirSync(folder, { mode: 0o700 });
    return true;
  }
  return status.isDirectory() && status.uid === process.geteuid?.();
}

/** Removes the name of a FIFO; who has it open keeps it. */
export function unlinkPipe(path: string | null): void {
  if (path === null) {
    return;
  }
  try {
    unlinkSync(path);
  } catch {
    // Another hand removed it: that was the aim.
  }
}

function openFifo({ name, channel, owner }: PipeOptions, folder: string): PipeEnds {
  const path = join(folder, `${fileName(name)}.${channel}`);
  makeFresh(path);
  const opened: number[] = [];
  try {
    // A reader has to be there before a writer can open without blocking; read-write never blocks.
    const childFd = open(opened, path, constants.O_RDWR);
    const access = channel === 'stdin' ? constants.O_WRONLY : constants.O_RDONLY;
    const daemonFd = open(opened, path, access | constants.O_NONBLOCK);
    if (owner !== null) {
      fchownSync(daemonFd, owner.uid, owner.gid);
    }
    return { daemonFd, childFd, path };
  } catch (error) {
    for (const fd of opened) {
      closeSync(fd);
    }
    unlinkPipe(path);
    throw error;
  }
}

function open(opened: number[], path: string, flags: number): number {
  const fd = openSync(path, flags);
  opened.push(fd);
  return fd;
}

/** What is there already belongs to an earlier life, whose readers have it open. */
function makeFresh(path: string): void {
  try {
    mkfifo(path, 0o600);
  } catch (error) {
    if (!(error instanceof PosixError && error.code === 'EEXIST')) {
      throw error;
    }
    unlinkPipe(path);
    mkfifo(path, 0o600);
  }
}

function fileName(name: string): string {
  const safe = name.replaceAll('/', '_');
  return Buffer.byteLength(safe) <= LONGEST_NAME ? safe : encodeURIComponent(safe).slice(-LONGEST_NAME);
}

function openAnonymous({ channel }: PipeOptions): PipeEnds {
  const { read, write } = pipe();
  const [daemonFd, childFd] = channel === 'stdin' ? [write, read] : [read, write];
  setNonblocking(daemonFd, true);
  return { daemonFd, childFd, path: null };
}
