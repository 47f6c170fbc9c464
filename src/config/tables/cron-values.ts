/**
 * The values of `cron=` and `timezone=`.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** Loaded with the first pattern. */
export function croner(): typeof import('croner') {
  return createRequire(import.meta.url)('croner');
}

/** Five fields, or six with seconds in front; also `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
export const cronPattern: ValueType<string> = {
  name: 'cron',
  about:
    'Minute, hour, day of the month, month and day of the week, with seconds in front of them if there are six fields; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.',
  parse: (value) => {
    const text = strip(value);
    try {
      if (new (croner().Cron)(text, { paused: true }).nextRun() !== null) {
        return text;
      }
    } catch (error) {
      const why = (error as Error).message.replace(/^CronPattern: /, '');
      throw new ConfigError(`not a valid cron pattern: ${pythonRepr(text)}: ${why}`);
    }
    throw new ConfigError(`not a valid cron pattern: ${pythonRepr(text)}: it never comes`);
  },
  format: (value) => value,
  schema: { type: 'string' },
};

export const timeZone: ValueType<string> = {
  name: 'time zone',
  about: 'A name as `Europe/Berlin` or `UTC`.',
  parse: (value) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: strip(value) });
    } catch {
      throw new ConfigError(`not a valid time zone: ${pythonRepr(value)}`);
    }
    return strip(value);
  },
  format: (value) => value,
  schema: { type: 'string' },
};
