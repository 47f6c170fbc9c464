/**
 * Moments as they stand in logs.
 *
 * @module
 */
import { clockText, type LocalTime, localTime, twoDigits } from '../python/local-time.ts';

let cachedSecond = Number.NaN;
let cachedText = '';

/** Local time as `2026-11-26 18:00:00,123`. @param timeMs wall time, in milliseconds since the epoch */
export function timeStamp(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = formatSecond(localTime(timeMs));
  }
  return `${cachedText},${String(timeMs - second * 1000).padStart(3, '0')}`;
}

function formatSecond(time: LocalTime): string {
  return `${time.year}-${twoDigits(time.month + 1)}-${twoDigits(time.day)} ${clockText(time)}`;
}
