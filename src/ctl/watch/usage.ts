/**
 * What processes use: as the daemon reports it, or, with a stock daemon on this machine, from /proc.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { statFields } from '../../io/proc-stat.ts';
import type { Target } from '../wire/server-url.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import type { ProcessResources } from '../wire/visord-api.ts';

export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** When this was read, in milliseconds of a clock that never jumps. */
  readonly atMs: number;
  /** By the daemon itself; null where it does not count them. */
  readonly restarts: number | null;
}

/** What a process uses; null where it is unknown. */
export type UsageOf = (info: ProcessInfo) => Usage | null;

/** The unit of times in /proc (proc(5), sysconf(_SC_CLK_TCK)): 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/** A pid of another namespace belongs to another process, which has started at another time. */
const START_TOLERANCE_SECONDS = 5;

/** A reader from /proc for the processes of a server on this machine; null for another one. */
export function procReader(target: Target): UsageOf | null {
  const bootSeconds = isLocal(target) ? readBootTime() : null;
  return bootSeconds === null ? null : (info) => readUsage(info, bootSeconds);
}

/** A reader from an answer of `visord.getResources` that came at a moment of the clock of `Usage`. */
export function resourcesReader(resources: readonly ProcessResources[], atMs: number): UsageOf {
  const byName = new Map(
    resources.map(({ group, name, cpu_seconds, resident_bytes, restarts }) => [
      `${group}:${name}`,
      { cpuSeconds: cpu_seconds, memoryBytes: resident_bytes, atMs, restarts },
    ]),
  );
  return ({ group, name }) => byName.get(`${group}:${name}`) ?? null;
}

/** Fields of /proc/PID/stat and /proc/PID/status; null where the pid belongs to another process. */
export function readUsage(info: ProcessInfo, bootSeconds: number, root = '/proc'): Usage | null {
  try {
    const fields = statFields(readFileSync(`${root}/${info.pid}/stat`, 'latin1'));
    const startSeconds = bootSeconds + Number(fields[19]) / TICKS_PER_SECOND;
    if (Math.abs(startSeconds - info.start) > START_TOLERANCE_SECONDS) return null;
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`${root}/${info.pid}/status`, 'latin1'))?.[1];
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      memoryBytes: Number(kilobytes ?? 0) * 1024,
      atMs: performance.now(),
      restarts: null,
    };
  } catch {
    return null;
  }
}

function isLocal(target: Target): boolean {
  return target.kind === 'unix' || /^(localhost|127\..*|::1)$/.test(target.host);
}

function readBootTime(): number | null {
  try {
    const seconds = /^btime (\d+)/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    return seconds === undefined ? null : Number(seconds);
  } catch {
    return null;
  }
}
