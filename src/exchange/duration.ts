/**
 * Lengths of time as other formats write them.
 *
 * @module
 */

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  usec: 1e-6,
  µs: 1e-6,
  ms: 0.001,
  msec: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

/**
 * Seconds of `1min 30s`, `1m30s`, `500ms` or a bare number; null for any other text.
 *
 * @param bareUnit seconds that a number without a unit stands for
 */
export function secondsOf(text: string, bareUnit = 1): number | null {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*/giy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) {
    return null;
  }
  let total = 0;
  for (const [, number, unit = ''] of parts) {
    const factor = unit === '' ? bareUnit : UNIT_SECONDS[unit.toLowerCase()];
    if (factor === undefined) {
      return null;
    }
    total += Number(number) * factor;
  }
  return total;
}

/** Seconds for a key, without the digits that a sum of fractions leaves. */
export function secondsText(seconds: number): string {
  return String(Math.round(seconds * 1e6) / 1e6);
}

/** Whole seconds for a key that takes no fraction; never less than the time. */
export function wholeSecondsText(seconds: number): string {
  return String(Math.ceil(seconds));
}
