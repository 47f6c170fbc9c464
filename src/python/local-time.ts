/**
 * Local time as from Python's `time.localtime`, which is the C library's. Node reads time zones with ICU, which takes a TZ
 * with rules or brackets (`CET-1CEST,M3.5.0,M10.5.0/3`, `<+0330>-3:30`) for UTC, and knows no rules for an
 * /etc/localtime that is not one of its zones.
 *
 * @module
 */
import { utcOffset } from '../native/posix.ts';

export interface LocalTime {
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Clocks change at quarters of an hour: within one, the offset is asked for once. */
const QUARTER_SECONDS = 900;

let quarter = Number.NaN;
let offsetSeconds = 0;

/** @param timeMs milliseconds since the epoch */
export function localTime(timeMs: number): LocalTime {
  const seconds = Math.floor(timeMs / 1000);
  const date = new Date((seconds + offsetAt(seconds)) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
  };
}

/** `09:05:07` */
export function clockText({ hours, minutes, seconds }: LocalTime): string {
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}`;
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function offsetAt(seconds: number): number {
  const wanted = Math.floor(seconds / QUARTER_SECONDS);
  if (wanted !== quarter) {
    quarter = wanted;
    offsetSeconds = utcOffset(seconds);
  }
  return offsetSeconds;
}
