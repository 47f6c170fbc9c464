/**
 * The time as messages of the page show it.
 *
 * @module
 */
import { clockText, DAYS, localTime, MONTHS } from '../../python/local-time.ts';

/** `Mon Nov  2 09:05:07 2026` in local time: what ctime(3) writes. @param timeMs milliseconds since the epoch */
export function timeText(timeMs: number): string {
  const time = localTime(timeMs);
  const day = String(time.day).padStart(2);
  return `${DAYS[time.weekday]} ${MONTHS[time.month]} ${day} ${clockText(time)} ${time.year}`;
}
