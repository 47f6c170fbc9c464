/**
 * When a cron pattern comes next, for programs with `cron=` and for logs that rotate at certain times. Pure but for the
 * pattern, which croner reads.
 *
 * Moments are wall time in milliseconds since the epoch. A time that a change to summer time skips is due at the
 * change; one that occurs twice in autumn is due once.
 *
 * @module
 */
import type { Cron } from 'croner';
import { croner } from './tables/cron-values.ts';

export interface CronSchedule {
  readonly cron: string;
  /** Null is the zone of the daemon. */
  readonly timeZone: string | null;
}

/** A clock that is set back by more than this was wrong before: all runs follow the new time then, as with Vixie cron. */
export const CLOCK_CORRECTION_MS = 3 * 3600 * 1000;

/** The first run after a moment; null where none follows. */
export function nextAfter({ cron, timeZone }: CronSchedule, afterMs: number): number | null {
  const key = `${cron}\n${timeZone ?? ''}`;
  let known = PATTERNS.get(key);
  if (known === undefined) {
    const zone = timeZone === null ? {} : { timezone: timeZone };
    known = { pattern: new (croner().Cron)(cron, { paused: true, ...zone }), afterMs: 0, nextMs: 0 };
    PATTERNS.set(key, known);
  }
  // Many programs and logs ask for the same time.
  if (known.afterMs <= afterMs && afterMs < known.nextMs) {
    return known.nextMs;
  }
  const nextMs = known.pattern.nextRun(new Date(afterMs))?.getTime() ?? null;
  if (nextMs !== null) {
    known.afterMs = afterMs;
    known.nextMs = nextMs;
  }
  return nextMs;
}

interface Known {
  readonly pattern: Cron;
  /** The last question and its answer. */
  afterMs: number;
  nextMs: number;
}

const PATTERNS = new Map<string, Known>();

/**
 * The next run of a program. A clock that is set back brings no run again: a program with a time of the day waits until
 * the clock has passed its last run, and one with an interval of minutes or hours goes on with the new time.
 *
 * @param lastMs the time that its last run was due at, or began; null if there was none
 */
export function nextRun(schedule: CronSchedule, nowMs: number, lastMs: number | null): number | null {
  if (lastMs === null || lastMs <= nowMs) {
    return nextAfter(schedule, nowMs);
  }
  if (!isInterval(schedule)) {
    return nextAfter(schedule, lastMs <= nowMs + CLOCK_CORRECTION_MS ? lastMs : nowMs);
  }
  const next = nextAfter(schedule, nowMs);
  const following = next === null || next > lastMs ? null : nextAfter(schedule, next);
  return following !== null && following > lastMs ? following : next;
}

/** Whether a program runs at any hour, or at any minute of an hour: its pattern has a `*` there. */
function isInterval({ cron }: CronSchedule): boolean {
  const fields = cron.split(/\s+/);
  const times = fields.slice(0, fields.length > 5 ? 3 : 2);
  return cron === '@hourly' || (fields.length > 1 && times.some((field) => field.startsWith('*')));
}

/** Whether runs were missed between the last one and now. */
export function hasMissed(schedule: CronSchedule, nowMs: number, lastMs: number): boolean {
  const next = lastMs > nowMs ? null : nextAfter(schedule, lastMs);
  return next !== null && next <= nowMs;
}
