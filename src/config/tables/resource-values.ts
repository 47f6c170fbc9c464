/**
 * The values of the keys for the memory, the CPU time and the processes that a program may use.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';
import { byteSize } from './values.ts';

/** An amount of memory in bytes, more than none. */
export const memorySize: ValueType<number> = {
  ...byteSize,
  name: 'bytes above 0',
  parse: (value, host) => {
    const bytes = byteSize.parse(value, host);
    if (bytes < 1) throw new ConfigError(`not a valid amount of memory: ${pythonRepr(value)}`);
    return bytes;
  },
};

/** The second sign is that of an expansion, which other keys need. */
const PERCENT = /^(\d{1,6}(?:\.\d{1,2})?)%{1,2}$/;

/** CPU time as a percentage of one CPU; the kernel takes no less than 1%. */
export const cpuQuota: ValueType<number> = {
  name: 'percentage of a CPU',
  about:
    'A percentage of the time of one CPU, from `1%` up: `50%` is half a CPU, `200%` is two. Nothing is expanded in it.',
  parse: (value) => {
    const percent = Number(PERCENT.exec(strip(value))?.[1]);
    if (!(percent >= 1)) throw new ConfigError(`not a valid percentage of a CPU: ${pythonRepr(value)}`);
    return percent;
  },
  format: (percent) => `${percent}%`,
  schema: { type: 'string', pattern: String.raw`\s*\d{1,6}(\.\d{1,2})?%%?\s*` },
};
