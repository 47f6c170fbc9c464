/**
 * Takes over one process that another daemon has started: finds it, opens its channels again, and watches for its
 * end.
 *
 * @module
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { Channels, type ChannelsOwner } from './channels.ts';
import { watchExit } from './exit-watch.ts';
import type { FcgiSocket } from './fcgi-socket.ts';
import type { ProcessHost } from './host.ts';
import { pidOf } from './machine.ts';
import { type ProcStat, procStat } from './proc-stat.ts';
import type { ProcessRecord } from './process-record.ts';
import type { WaitStatus } from './wait-status.ts';

export interface AdoptProcessOptions {
  readonly owner: ChannelsOwner & { readonly host: ProcessHost };
  readonly record: ProcessRecord;
  /** Is held from here to the process's end. */
  readonly socket: FcgiSocket | null;
  /** Called once, never before this function has returned; not for our own child, which is reaped, nor for a dead one. */
  readonly onExit: (status: WaitStatus) => void;
}

export interface Adopted {
  readonly pid: number;
  readonly startTicks: number | null;
  /** Null where they cannot be opened. */
  readonly channels: Channels | null;
  /** False where it has ended while nobody watched; somebody may still write to its channels. */
  readonly isAlive: boolean;
  /** Ends the watch for its end; null where there is none. */
  readonly unwatch: (() => void) | null;
}

/** Null where the record knows of no process. */
export function adoptProcess(options: AdoptProcessOptions): Adopted | null {
  const { record, socket, owner } = options;
  const { state } = record.machine;
  const pid = pidOf(state) || (state.name === 'STARTING' ? findLeader(record) : 0);
  if (pid === 0) {
    return null;
  }
  const { log } = owner.host;
  const attempt = <T>(what: string, act: () => T): T | null => {
    try {
      return act();
    } catch (error) {
      log.error(`${what} ${owner.config.name} (pid ${pid}): ${(error as Error).message}`);
      return null;
    }
  };
  const { redirectStderr, socket: socketConfig } = record.config;
  const life = { base: record.base, pid, redirectStderr, hasStdin: socketConfig === undefined };
  const channels = attempt('cannot read the output of', () => new Channels(owner, life));
  if (socket?.isOpen) {
    socket.hold();
  }
  const stat = livingStat(record, pid);
  const isOthersChild = stat !== null && stat.parent !== process.pid;
  const unwatch = isOthersChild
    ? attempt('cannot see the end of', () => watchExit(pid, owner.host.io, options.onExit))
    : null;
  return { pid, startTicks: stat?.startTicks ?? null, isAlive: stat !== null, channels, unwatch };
}

/** Null where the process of the record has ended; our own child has not before it is reaped. */
export function livingStat({ startTicks }: ProcessRecord, pid: number): ProcStat | null {
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
