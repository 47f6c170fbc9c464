/**
 * When a program with `cron=` runs next. Pure but for the pattern, which croner reads.
 *
 * Moments are wall time in milliseconds since the epoch. A time that a change to summer time leaves out comes at the
 * change; one that comes twice in autumn counts once.
 *
 * @module
 */
import type { Cron } from 'croner';
import { croner } from '../config/tables/cron-values.ts';

export interface CronSchedule {
  readonly cron: string;
  /** Null is the zone of the daemon. */
  readonly timeZone: string | null;
}

/** A clock that is set back by more than this was wrong before: runs follow the new time then, as with Vixie cron. */
export const CLOCK_CORRECTION_MS = 3 * 3600 * 1000;

/** The first run after a moment; null where none follows. */
export function nextAfter({ cron, timeZone }: CronSchedule, afterMs: number): number | null {
  const key = `${cron}\n${timeZone ?? ''}`;
  let pattern = PATTERNS.get(key);
  if (pattern === undefined) {
    const zone = timeZone === null ? {} : { timezone: timeZone };
    pattern = new (croner().Cron)(cron, { paused: true, ...zone });
    PATTERNS.set(key, pattern);
  }
  return pattern.nextRun(new Date(afterMs))?.getTime() ?? null;
}

const PATTERNS = new Map<string, Cron>();

/**
 * The next run of a program.
 *
 * @param lastMs the time that its last run was due at, or began; null if there was none. No run that was due up to then
 *   comes again when the clock is set back.
 */
export function nextRun(schedule: CronSchedule, nowMs: number, lastMs: number | null): number | null {
  const isFromBefore = lastMs !== null && lastMs <= nowMs + CLOCK_CORRECTION_MS;
  return nextAfter(schedule, isFromBefore ? Math.max(nowMs, lastMs) : nowMs);
}

/** Whether runs were missed between the last one and now. */
export function hasMissed(schedule: CronSchedule, nowMs: number, lastMs: number): boolean {
  const next = lastMs > nowMs ? null : nextAfter(schedule, lastMs);
  return next !== null && next <= nowMs;
}
