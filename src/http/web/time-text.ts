/**
 * The time as messages tell it.
 *
 * @module
 */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon Nov  2 09:05:07 2026` in local time: what ctime(3) writes. */
export function timeText(date: Date): string {
  const two = (value: number, fill = '0') => String(value).padStart(2, fill);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => two(value)).join(':');
  const day = two(date.getDate(), ' ');
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${clock} ${date.getFullYear()}`;
}
