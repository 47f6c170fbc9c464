/**
 * Arguments as the reference's faults quote them (`%s` of Python).
 *
 * @module
 */
import { pythonRepr } from '../python/repr.ts';
import type { RpcParameter } from './values.ts';

/** A value as `%s` prints it: text as it is, everything else as `%r` prints it. */
export function pythonText(value: RpcParameter): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? localTime(value) : pythonRepr(value);
}

/** `2020-01-31 12:00:00`; the deserializer takes a dateTime for local time. */
function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
