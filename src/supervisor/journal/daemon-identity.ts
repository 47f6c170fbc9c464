/**
 * Which daemon has written a journal, and whether the processes that it names can still exist.
 *
 * @module
 */
import { bootId, pidNamespace } from '../../io/boot.ts';
import { procStat } from '../../io/proc-stat.ts';
import { type Field, number, orNull, text } from './schema.ts';

export interface DaemonIdentity {
  readonly pid: number;
  readonly startTicks: number | null;
  /** From /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** When PID 1 was started: a container that is started again has other processes within the same boot. */
  readonly initTicks: number | null;
  /** Where its pids mean something; null where the writer did not write it, as 0.1.0. */
  readonly pidNamespace: string | null;
}

export const IDENTITY = {
  pid: number(0),
  startTicks: orNull(number(0)),
  boot: text(''),
  initTicks: orNull(number(0)),
  pidNamespace: orNull(text('')),
} satisfies { readonly [K in keyof DaemonIdentity]: Field<DaemonIdentity[K]> };

/** Read once: it never changes, and writing a journal must not need a descriptor. */
let own: DaemonIdentity | null = null;

export function thisDaemon(): DaemonIdentity {
  own ??= {
    pid: process.pid,
    startTicks: procStat(process.pid)?.startTicks ?? null,
    boot: bootId(),
    initTicks: procStat(1)?.startTicks ?? null,
    pidNamespace: pidNamespace(),
  };
  return own;
}

/** False after a new boot, and in another container or one that was started again: none of the pids mean anything. */
export function isOfThisBoot({ boot, initTicks, pidNamespace }: DaemonIdentity): boolean {
  const current = thisDaemon();
  const isHere = pidNamespace === null || pidNamespace === current.pidNamespace;
  return isHere && current.boot === boot && current.initTicks === initTicks;
}

/** The pid of the daemon that writes a journal; null where it does not run. The processes of one that runs are not ours. */
export function runningWriterPid({ daemon }: { readonly daemon: DaemonIdentity }): number | null {
  if (!isOfThisBoot(daemon) || daemon.pid === process.pid) {
    return null;
  }
  const stat = procStat(daemon.pid);
  const isAlive = stat !== null && !stat.isZombie && stat.startTicks === daemon.startTicks;
  return isAlive ? daemon.pid : null;
}
