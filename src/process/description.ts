/**
 * The text behind the state of a process, in `status`, `getProcessInfo` and on the web page: one row per state.
 *
 * Observed on the reference.
 *
 * @module
 */
import { localTime, MONTHS, twoDigits } from '../python/local-time.ts';
import type { StateName } from './machine/states.ts';
import { OUT_OF_MEMORY } from './machine/wait-status.ts';
import type { ManagedProcess } from './managed-process.ts';

/** @param now wall time in seconds since the epoch */
type Describe = (process: ManagedProcess, now: number) => string;

const DESCRIPTIONS: Readonly<Record<StateName, Describe>> = {
  STOPPED: (process, now) => process.wait?.text ?? atRest(process, now),
  STARTING: report,
  RUNNING: running,
  BACKOFF: lastError,
  STOPPING: report,
  EXITED: (process, now) => atRest(process, now) + nextStart(process, now),
  FATAL: lastError,
  UNKNOWN: nothing,
};

/** The text that `status` shows behind the state. @param now wall time in seconds since the epoch */
export function describeProcess(process: ManagedProcess, now: number): string {
  return DESCRIPTIONS[process.state](process, now);
}

/** Whether the description changes with the time alone. */
export function isTimed(process: ManagedProcess): boolean {
  return process.state === 'RUNNING' || process.nextStartAt !== null;
}

function nothing(): string {
  return '';
}

/** What the process reports itself. */
function report({ health }: ManagedProcess): string {
  return health?.text ?? '';
}

function running(process: ManagedProcess, now: number): string {
  const uptime = Math.max(0, Math.trunc(now) - Math.trunc(process.startedAt));
  const trouble = process.logTrouble === null ? '' : ', log cannot be written (see the main log)';
  const reported = report(process);
  return `pid ${process.pid}, uptime ${formatUptime(uptime)}${reported === '' ? '' : `, ${reported}`}${trouble}`;
}

function lastError(process: ManagedProcess): string {
  return process.spawnError || `unknown error (try "tail ${process.config.name}")`;
}

/** When a process without a pid ended; with the cause where that was a lack of memory. */
function lastEnd(process: ManagedProcess): string {
  const cause = process.spawnError === OUT_OF_MEMORY ? `, ${OUT_OF_MEMORY}` : '';
  return Math.trunc(process.startedAt) === 0 ? 'Not started' : `${formatStop(process.stoppedAt)}${cause}`;
}

/** A process that does not run: when it ended, and when it runs next. */
function atRest(process: ManagedProcess, now: number): string {
  if (process.isDisabled) {
    return 'disabled';
  }
  const { nextRunAt } = process;
  if (nextRunAt === null) {
    return lastEnd(process);
  }
  const next = `next run ${formatMoment(nextRunAt, now)}`;
  return Math.trunc(process.startedAt) === 0 ? next : `${lastEnd(process)}, ${next}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** `Wed 02:00` within six days, `Dec 24 02:00` within a year, else `Feb 29 2028 02:00`; with seconds where there are any. */
function formatMoment(seconds: number, now: number): string {
  const time = localTime(Math.trunc(seconds) * 1000);
  const days = (seconds - now) / 86_400;
  const weekday = WEEKDAYS[new Date(Date.UTC(time.year, time.month, time.day)).getUTCDay()];
  const date = `${MONTHS[time.month]} ${twoDigits(time.day)}`;
  const day = days < 6 ? weekday : days < 360 ? date : `${date} ${time.year}`;
  const clock = `${twoDigits(time.hours)}:${twoDigits(time.minutes)}`;
  return `${day} ${clock}${time.seconds === 0 ? '' : `:${twoDigits(time.seconds)}`}`;
}

/** `now` is in whole seconds, so the pause is rounded down. */
function nextStart({ nextStartAt }: ManagedProcess, now: number): string {
  return nextStartAt === null ? '' : `, again in ${Math.max(0, Math.floor(nextStartAt - now))} s`;
}

/** `H:MM:SS`, with `1 day, ` or `N days, ` before it where there are any. */
export function formatUptime(totalSeconds: number): string {
  const days = Math.floor(totalSeconds / 86_400);
  const hours = Math.floor((totalSeconds % 86_400) / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const time = `${hours}:${twoDigits(minutes)}:${twoDigits(totalSeconds % 60)}`;
  if (days === 0) return time;
  return `${days} ${days === 1 ? 'day' : 'days'}, ${time}`;
}

/** `Nov 23 09:56 AM` in local time. */
function formatStop(seconds: number): string {
  const time = localTime(Math.trunc(seconds) * 1000);
  const half = time.hours < 12 ? 'AM' : 'PM';
  const clock = `${twoDigits(time.hours % 12 || 12)}:${twoDigits(time.minutes)} ${half}`;
  return `${MONTHS[time.month]} ${twoDigits(time.day)} ${clock}`;
}
