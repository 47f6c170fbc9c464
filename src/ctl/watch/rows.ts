/**
 * The rows of the live view, from one poll to the next.
 *
 * @module
 */
import { joinName } from '../names/names.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { reasonOf } from './reason.ts';
import type { Usage, UsageOf } from './usage.ts';

export interface Row {
  /** As it is shown: with the node in a fleet, and the bare name where group and process have the same. */
  readonly name: string;
  readonly group: string;
  readonly state: string;
  readonly pid: number;
  /** Seconds since the start; null for what does not run. */
  readonly uptimeSeconds: number | null;
  /** Part of one processor, in percent; null where it is unknown. */
  readonly cpuPercent: number | null;
  /** Resident memory in bytes; null where it is unknown. */
  readonly memoryBytes: number | null;
  /** By the daemon itself, or, with a stock one, starts since the view was opened. */
  readonly restarts: number;
  /** What it waits for, why it failed, or what it reports. */
  readonly reason: string;
  readonly lastLine: string;
}

/** What was observed of a process, for the next poll. */
export interface Observed {
  readonly start: number;
  /** Of the last start; 0 where it is not known yet. */
  readonly pid: number;
  readonly restarts: number;
  readonly usage: Usage | null;
  readonly cpuPercent: number | null;
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
    const known = usageOf(info);
    const usage = info.pid > 0 ? known : null;
    const isNewStart = before !== undefined && isStartedAfter(before, info);
    const restarts = (before?.restarts ?? 0) + (isNewStart ? 1 : 0);
    const percent = isNewStart ? null : cpuPercent(before, usage);
    next.set(name, {
      start: Math.max(info.start, before?.start ?? 0),
      pid: info.pid > 0 || isNewStart ? info.pid : (before?.pid ?? 0),
      restarts,
      usage,
      cpuPercent: percent,
    });
    return {
      name,
      group: info.group,
      state: info.statename,
      pid: info.pid,
      uptimeSeconds: LIVE.has(info.statename) && info.pid > 0 ? Math.max(0, info.now - info.start) : null,
      cpuPercent: percent,
      memoryBytes: usage?.memoryBytes ?? null,
      restarts: known?.restarts ?? restarts,
      reason: reasonOf(info),
      lastLine: lastLines.get(name) ?? '',
    };
  });
  return { rows, observations: next };
}

/** Starts are in whole seconds, so another start in the same second has only another pid. */
function isStartedAfter(before: Observed, { start, pid }: ProcessInfo): boolean {
  return start > before.start || (pid > 0 && before.pid > 0 && pid !== before.pid);
}

/** The reason, then the last line, as far as there are any. */
export function reasonAndLastLine({ reason, lastLine }: Row): string {
  return [reason, lastLine].filter((text) => text !== '').join(' | ');
}

/** Null before the second figure. Figures that are still those of the poll before give the same percentage. */
function cpuPercent(before: Observed | undefined, now: Usage | null): number | null {
  const earlier = before?.usage ?? null;
  if (before === undefined || earlier === null || now === null) return null;
  if (earlier === now) return before.cpuPercent;
  if (now.atMs <= earlier.atMs) return null;
  const percent = ((now.cpuSeconds - earlier.cpuSeconds) * 100_000) / (now.atMs - earlier.atMs);
  return Math.max(0, percent);
}
