/**
 * The rows of the live view, from one poll to the next.
 *
 * @module
 */
import { joinName } from '../names/names.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import type { Usage, UsageOf } from './usage.ts';

export interface Row {
  readonly name: string;
  readonly state: string;
  readonly pid: number;
  /** Seconds since the start; null for what does not run. */
  readonly uptimeSeconds: number | null;
  /** Part of one processor, in percent; null where it cannot be known. */
  readonly cpuPercent: number | null;
  /** Resident memory in bytes; null where it cannot be known. */
  readonly memoryBytes: number | null;
  /** Starts that were seen since the view was opened. */
  readonly restarts: number;
  readonly lastLine: string;
  readonly description: string;
}

/** What was observed of a process, for the next poll. */
export interface Observed {
  readonly start: number;
  readonly restarts: number;
  readonly usage: Usage | null;
}

export type Observations = ReadonlyMap<string, Observed>;

const LIVE = new Set(['RUNNING', 'STARTING', 'STOPPING']);

/** One poll: the rows to show, and the observations for the next poll. */
export function observe(
  infos: readonly ProcessInfo[],
  earlier: Observations,
  usageOf: UsageOf,
  lastLines: ReadonlyMap<string, string>,
): { rows: Row[]; observations: Observations } {
  const next = new Map<string, Observed>();
  const rows = infos.map((info) => {
    const name = joinName(info.group, info.name);
    const before = earlier.get(name);
    const usage = info.pid > 0 ? usageOf(info) : null;
    const isNewStart = before !== undefined && info.start > before.start;
    const restarts = (before?.restarts ?? 0) + (isNewStart ? 1 : 0);
    next.set(name, { start: Math.max(info.start, before?.start ?? 0), restarts, usage });
    return {
      name,
      state: info.statename,
      pid: info.pid,
      uptimeSeconds: LIVE.has(info.statename) && info.pid > 0 ? Math.max(0, info.now - info.start) : null,
      cpuPercent: isNewStart ? null : cpuPercent(before?.usage ?? null, usage),
      memoryBytes: usage?.memoryBytes ?? null,
      restarts,
      lastLine: lastLines.get(name) ?? '',
      description: info.description,
    };
  });
  return { rows, observations: next };
}

function cpuPercent(before: Usage | null, now: Usage | null): number | null {
  if (before === null || now === null || now.atMs <= before.atMs) return null;
  const percent = ((now.cpuSeconds - before.cpuSeconds) * 100_000) / (now.atMs - before.atMs);
  return Math.max(0, percent);
}
