/**
 * Patterns of cron as calendar events of systemd. Source: crontab(5), systemd.time(7).
 *
 * @module
 */

export interface Calendar {
  /** Values of `OnCalendar`: the timer elapses at each of them. */
  readonly events: readonly string[];
  readonly notes: readonly string[];
}

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Part {
  readonly least: number;
  readonly most: number;
  /** Names of the numbers from `least` up. */
  readonly names: readonly string[];
}

const SECOND: Part = { least: 0, most: 59, names: [] };
const HOUR: Part = { least: 0, most: 23, names: [] };
const DAY: Part = { least: 1, most: 31, names: [] };
const MONTH: Part = { least: 1, most: 12, names: MONTHS };
const WEEKDAY: Part = { least: 0, most: 7, names: DAYS };

/** The five or six fields of a pattern, or of its nickname. */
export function cronFields(pattern: string): readonly string[] {
  const text = NICKNAMES[pattern.trim().toLowerCase()] ?? pattern;
  return text.trim().split(/\s+/);
}

/** The events at which a pattern is due; none, with a note, for a pattern with what only cron knows. */
export function calendarOf(pattern: string, timeZone: string | null): Calendar {
  const fields = cronFields(pattern);
  const [second = '0', minute = '', hour = '', day = '', month = '', weekday = ''] =
    fields.length === 6 ? fields : ['0', ...fields];
  const numbers = [
    numbersOf(second, SECOND),
    numbersOf(minute, SECOND),
    numbersOf(hour, HOUR),
    numbersOf(day, DAY),
    numbersOf(month, MONTH),
    numbersOf(weekday, WEEKDAY),
  ];
  if (fields.length < 5 || fields.length > 6 || numbers.includes(null)) {
    return { events: [], notes: [`cron=${pattern} is not carried over: write OnCalendar= into the timer`] };
  }
  const [seconds, minutes, hours, days, months, weekdays] = numbers.map((list, index) =>
    listText(list ?? [], index),
  );
  const time = `${hours}:${minutes}:${seconds}${timeZone === null ? '' : ` ${timeZone}`}`;
  const isAnyDay = days === '*';
  const isAnyWeekday = weekdays === '*';
  // Cron runs at a day of the month or at a day of the week; systemd would need both.
  const events = [
    ...(isAnyDay && !isAnyWeekday ? [] : [`*-${months}-${days} ${time}`]),
    ...(isAnyWeekday ? [] : [`${weekdays} *-${months}-* ${time}`]),
  ];
  return { events, notes: [] };
}

/** The numbers of a field in rising order; null for what is not a list of numbers, ranges and steps. */
function numbersOf(field: string, part: Part): readonly number[] | null {
  const numbers = new Set<number>();
  for (const entry of field.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(entry) ?? [];
    const [from, to] = /^[*?]$/.test(range)
      ? [part.least, part.most]
      : endsOf(range, part, entry.includes('/'));
    if (from === null || to === null || Number(step) < 1) return null;
    for (let number = from; number <= to; number += Number(step)) numbers.add(number);
  }
  if (part === WEEKDAY && numbers.delete(7)) numbers.add(0);
  return [...numbers].sort((a, b) => a - b);
}

function endsOf(range: string, part: Part, hasStep: boolean): [number | null, number | null] {
  const [first = '', last, ...more] = range.split('-');
  const from = numberOf(first, part);
  const to = last === undefined ? (hasStep ? part.most : from) : numberOf(last, part);
  const isRange = from !== null && to !== null && from <= to && more.length === 0;
  return isRange ? [from, to] : [null, null];
}

function numberOf(text: string, { least, most, names }: Part): number | null {
  const named = names.indexOf(text.toLowerCase());
  const number = named >= 0 ? named + least : /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= least && number <= most ? number : null;
}

const SIZES = [60, 60, 24, 31, 12, 7];

function listText(numbers: readonly number[], field: number): string {
  if (numbers.length === SIZES[field]) return '*';
  const isWeekday = field === SIZES.length - 1;
  return numbers
    .map((number) => (isWeekday ? capital(DAYS[number] ?? '') : String(number).padStart(2, '0')))
    .join(',');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
