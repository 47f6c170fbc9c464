/**
 * Adopts one process that another daemon has started: opens its channels again, and watches for its end.
 *
 * @module
 */
import type { ProcStat } from '../../io/proc-stat.ts';
import { Channels } from '../channels/channels.ts';
import type { ChannelsOwner } from '../channels/channels-owner.ts';
import type { ChannelEnds } from '../channels/reopen-pipes.ts';
import type { WaitStatus } from '../machine/wait-status.ts';
import type { FcgiSocket } from '../spawn/fcgi-socket.ts';
import { watchExit } from './exit-watch.ts';
import { statIfRunning } from './find-process.ts';
import type { ProcessRecord } from './process-record.ts';

export interface AdoptProcessOptions {
  readonly owner: ChannelsOwner;
  readonly record: ProcessRecord;
  /** As `findProcess` returns it. */
  readonly pid: number;
  /** The daemon's ends of its channels, where they are still open; else null. */
  readonly ends: ChannelEnds | null;
  /** The socket is held until the process has exited. */
  readonly socket: FcgiSocket | null;
  /**
   * Called once when the process exits, after this function has returned. Not called for our own child, which is
   * reaped, nor for a process that has exited already.
   */
  readonly onExit: (status: WaitStatus) => void;
}

export interface Adopted {
  readonly startTicks: number | null;
  /** Null where they cannot be opened. */
  readonly channels: Channels | null;
  /** False if the process has exited since it was found; its descendants may still write to its channels. */
  readonly isAlive: boolean;
  /** Stops watching for the exit, also after it was reported; null if it is not watched. */
  readonly unwatch: (() => void) | null;
}

export function adoptProcess(options: AdoptProcessOptions): Adopted {
  const { record, socket, owner, pid } = options;
  const channels = reopenChannels(options);
  socket?.join();
  const stat = statNow(record, pid);
  const isOthersChild = stat === 'unknown' || (stat !== null && stat.parent !== process.pid);
  const isThere = (): boolean => statNow(record, pid) !== null;
  const unwatch = isOthersChild
    ? watchExit({ pid, io: owner.host.io, isThere, onExit: options.onExit })
    : null;
  const startTicks = stat === 'unknown' ? record.startTicks : (stat?.startTicks ?? null);
  return { startTicks, isAlive: stat !== null, channels, unwatch };
}

/**
 * Only /proc decides whether a process has exited. Without free descriptors /proc cannot be read, and the process
 * may still run.
 */
function statNow(record: ProcessRecord, pid: number): ProcStat | null | 'unknown' {
  try {
    return statIfRunning(record, pid);
  } catch {
    return 'unknown';
  }
}

function reopenChannels({
  owner,
  record: { base, config },
  pid,
  ends,
}: AdoptProcessOptions): Channels | null {
  const { redirectStderr, socket } = config;
  try {
    return new Channels(owner, { base, pid, redirectStderr, ends, hasStdin: socket === undefined });
  } catch (error) {
    const { message } = error as Error;
    owner.host.log.error(`the output of ${config.name} (pid ${pid}) cannot be read: ${message}`);
    return null;
  }
}
