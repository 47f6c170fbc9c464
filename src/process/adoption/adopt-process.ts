/**
 * Takes over one process that another daemon has started: finds it, opens its channels again, and watches for its
 * end.
 *
 * @module
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { type ProcStat, procStat } from '../../io/proc-stat.ts';
import { Channels, type ChannelsOwner } from '../channels/channels.ts';
import { pidOf } from '../machine/machine.ts';
import type { WaitStatus } from '../machine/wait-status.ts';
import type { FcgiSocket } from '../spawn/fcgi-socket.ts';
import { watchExit } from './exit-watch.ts';
import type { ProcessRecord } from './process-record.ts';

export interface AdoptProcessOptions {
  readonly owner: ChannelsOwner;
  readonly record: ProcessRecord;
  /** As `pidOfRecord` has it. */
  readonly pid: number;
  /** Is held from here to the process's end. */
  readonly socket: FcgiSocket | null;
  /** Called once, never before this function has returned; not for our own child, which is reaped, nor for a dead one. */
  readonly onExit: (status: WaitStatus) => void;
}

export interface Adopted {
  readonly startTicks: number | null;
  /** Null where they cannot be opened. */
  readonly channels: Channels | null;
  /** False where it has ended since it was found; somebody may still write to its channels. */
  readonly isAlive: boolean;
  /** Ends the watch for its end; null where there is none. */
  readonly unwatch: (() => void) | null;
}

/** The process of a record where it still runs, or else 0. */
export function pidOfRecord(record: ProcessRecord): number {
  const { state } = record.machine;
  const pid = pidOf(state);
  if (pid === 0) {
    return state.name === 'STARTING' ? findLeader(record) : 0;
  }
  return livingStat(record, pid) === null ? 0 : pid;
}

export function adoptProcess(options: AdoptProcessOptions): Adopted {
  const { record, socket, owner, pid } = options;
  const channels = reopenChannels(options);
  socket?.join();
  const stat = livingStat(record, pid);
  const isOthersChild = stat !== null && stat.parent !== process.pid;
  const isThere = (): boolean => livingStat(record, pid) !== null;
  const unwatch = isOthersChild
    ? watchExit({ pid, io: owner.host.io, isThere, onExit: options.onExit })
    : null;
  return { startTicks: stat?.startTicks ?? null, isAlive: stat !== null, channels, unwatch };
}

function reopenChannels({ owner, record: { base, config }, pid }: AdoptProcessOptions): Channels | null {
  const { redirectStderr, socket } = config;
  try {
    return new Channels(owner, { base, pid, redirectStderr, hasStdin: socket === undefined });
  } catch (error) {
    const { message } = error as Error;
    owner.host.log.error(`the output of ${config.name} (pid ${pid}) cannot be read: ${message}`);
    return null;
  }
}

/** Null where the process of the record has ended; our own child has not before it is reaped. */
function livingStat({ startTicks }: ProcessRecord, pid: number): ProcStat | null {
  const stat = procStat(pid);
  const isIt = stat !== null && (startTicks === null || stat.startTicks === startTicks);
  return isIt && (stat.parent === process.pid || !stat.isZombie) ? stat : null;
}

/** The daemon died before it knew the pid: the process is the leader of a group that has our FIFO as its stdout. */
function findLeader({ base }: ProcessRecord): number {
  const isIt = (pid: number, stat: ProcStat | null): boolean =>
    base !== null && stat?.group === pid && !stat.isZombie && stdoutOf(pid) === `${base}.stdout`;
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.find((pid) => isIt(pid, procStat(pid))) ?? 0;
}

function stdoutOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/1`);
  } catch {
    return null;
  }
}
