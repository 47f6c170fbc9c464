/**
 * Which daemon has written a journal, and whether what it names can still be there.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { procStat } from '../../io/proc-stat.ts';
import { type Field, number, orNull, text } from './schema.ts';

export interface DaemonIdentity {
  readonly pid: number;
  readonly startTicks: number | null;
  /** From /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** When PID 1 was started: a container that is started again has other processes within the same boot. */
  readonly initTicks: number | null;
}

export const IDENTITY = {
  pid: number(0),
  startTicks: orNull(number(0)),
  boot: text(''),
  initTicks: orNull(number(0)),
} satisfies { readonly [K in keyof DaemonIdentity]: Field<DaemonIdentity[K]> };

export function thisDaemon(): DaemonIdentity {
  return {
    pid: process.pid,
    startTicks: procStat(process.pid)?.startTicks ?? null,
    boot: bootId(),
    initTicks: procStat(1)?.startTicks ?? null,
  };
}

/** False after a new boot, and in a container that was started again: none of the pids mean anything then. */
export function isOfThisBoot({ boot, initTicks }: DaemonIdentity): boolean {
  const current = thisDaemon();
  return current.boot === boot && current.initTicks === initTicks;
}

/** Empty where the kernel does not report one. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
