/**
 * A process as the page shows it, and what the daemon answers about it.
 *
 * @module
 */
import type { StateName } from '../../process/machine/states.ts';

/** One struct of `visord.getStatus`; times are in seconds since the epoch. */
export interface ProcessStatus {
  readonly group: string;
  readonly name: string;
  readonly statename: StateName;
  readonly pid: number;
  readonly start: number;
  readonly stop: number;
  readonly exitstatus: number;
  readonly description: string;
  readonly ended_well: boolean;
  readonly disabled: boolean;
  readonly waiting: boolean;
  /** What its checks report, or the empty string. */
  readonly health: string;
  readonly healthy: boolean;
  readonly reloadable: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** One struct of `visord.getResources`. */
export interface ResourceStruct {
  readonly group: string;
  readonly name: string;
  readonly pid: number;
  readonly processes: number;
  readonly cpu_seconds: number;
  readonly resident_bytes: number;
  readonly restarts: number;
}

export interface Usage {
  readonly pid: number;
  /** Processor time of the process and its descendants since they started. */
  readonly cpuSeconds: number;
  /** Of one processor; null before the second figure. */
  readonly cpuPercent: number | null;
  readonly bytes: number;
  readonly processes: number;
  readonly restarts: number;
  /** When it was read, on the monotonic clock of the browser. */
  readonly atMs: number;
}

export interface Row extends ProcessStatus {
  /** `GROUP:NAME`, as calls take it. */
  readonly id: string;
  /** As clients of the daemon show it: the bare name where group and process have the same. */
  readonly title: string;
  readonly usage: Usage | null;
  /** The node of a fleet that it is on; the name of the group begins with it. */
  readonly node?: string;
  /** Its daemon is a stock supervisord, which has fewer methods. */
  readonly isStock?: boolean;
}

/** A process of another daemon: this daemon shows neither its logs nor its configuration. */
export function isRemote({ id }: Pick<Row, 'id'>): boolean {
  return id.includes('/');
}

export function idOf(group: string, name: string): string {
  return `${group}:${name}`;
}

export function titleOf(group: string, name: string): string {
  return group === name ? name : `${group}:${name}`;
}

export function rowOf(status: ProcessStatus, usage: Usage | null): Row {
  const { group, name } = status;
  return { ...status, id: idOf(group, name), title: titleOf(group, name), usage };
}

/** Exit status of the last end, or `signal`; null if the daemon does not report it: it does so only until the next start. */
export function exitText({
  statename,
  stop,
  exitstatus,
}: Pick<ProcessStatus, 'statename' | 'stop' | 'exitstatus'>): string | null {
  if (stop === 0 || (statename !== 'EXITED' && statename !== 'STOPPED')) return null;
  return exitstatus < 0 ? 'signal' : String(exitstatus);
}

/**
 * The next figures of a process.
 *
 * @param before the last ones; those of an earlier pid give no percentage
 */
export function usageOf(struct: ResourceStruct, before: Usage | null, atMs: number): Usage | null {
  const { pid, cpu_seconds: cpuSeconds, resident_bytes: bytes, processes, restarts } = struct;
  let cpuPercent: number | null = null;
  if (before !== null && before.pid === pid && pid !== 0 && atMs > before.atMs) {
    // The time of a descendant that ends is not counted any more, so the sum can fall.
    cpuPercent = Math.max(0, ((cpuSeconds - before.cpuSeconds) / (atMs - before.atMs)) * 100_000);
  }
  return { pid, cpuSeconds, cpuPercent, bytes, processes, restarts, atMs };
}
