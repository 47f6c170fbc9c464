/**
 * The values of the keys that limit a program: rlimits, priorities, CPUs, capabilities.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { decimalInteger, strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { findGroup } from '../host.ts';
import type { ValueType } from './option.ts';
import { byteSize } from './values.ts';

/** A soft and a hard limit; -1 is unlimited. */
export interface LimitPair {
  readonly soft: number;
  readonly hard: number;
}

const UNLIMITED = -1;

const UNLIMITED_WORDS = ['unlimited', 'infinity', '-1'];

/** A limit that is a number. */
export const limit: ValueType<LimitPair> = limitOf('limit', 'a number', (text, whole) => {
  const number = decimalInteger(text);
  if (number === null || number < 0) throw new ConfigError(`not a valid limit: ${pythonRepr(whole)}`);
  return number;
});

/** A limit in bytes. */
export const byteLimit: ValueType<LimitPair> = limitOf(
  'limit in bytes',
  'a number of bytes, with `KB`, `MB` or `GB`',
  (text, whole, host) => {
    const number = byteSize.parse(text, host);
    if (number < 0) throw new ConfigError(`not a valid limit: ${pythonRepr(whole)}`);
    return number;
  },
  byteSize.format,
);

/** From -20 (served first) to 19. */
export const niceness: ValueType<number> = numberBetween('nice value', -20, 19);

/** What the kernel adds to the badness of a process when memory runs out. */
export const oomScore: ValueType<number> = numberBetween('OOM score adjustment', -1000, 1000);

export const IO_CLASSES = ['realtime', 'best-effort', 'idle'] as const;

export interface IoPriority {
  readonly class: (typeof IO_CLASSES)[number];
  /** 0 is served first, 7 last. */
  readonly level: number;
}

const DEFAULT_IO_LEVEL = 4;

/** `idle`, `best-effort:LEVEL` or `realtime:LEVEL`, as in ionice(1). */
export const ioPriority: ValueType<IoPriority> = {
  name: 'I/O priority',
  about: '`idle`, `best-effort:LEVEL` or `realtime:LEVEL`, with a level from 0 to 7 (4 if left out).',
  parse: (value) => {
    const [word = '', level, ...more] = value.toLowerCase().split(':').map(strip);
    const ioClass = IO_CLASSES.find((one) => one === word);
    const number = level === undefined ? DEFAULT_IO_LEVEL : decimalInteger(level);
    const isWrong = number === null || number < 0 || number > 7 || more.length > 0;
    if (ioClass === undefined || isWrong || (ioClass === 'idle' && level !== undefined)) {
      throw new ConfigError(`not a valid I/O priority: ${pythonRepr(value)}`);
    }
    return { class: ioClass, level: ioClass === 'idle' ? 0 : number };
  },
  format: (value) => (value.class === 'idle' ? 'idle' : `${value.class}:${value.level}`),
  schema: { type: 'string' },
};

const LAST_CPU = 1023;

/** Numbers of CPUs, in rising order. */
export const cpuList: ValueType<readonly number[]> = {
  name: 'CPUs',
  about: 'Numbers and ranges separated by commas, for example `0-3,8`.',
  parse: (value) => {
    const cpus = new Set<number>();
    for (const part of value.split(',')) {
      const ends = strip(part).split('-').map(decimalInteger);
      const [first, last = first] = ends;
      if (first == null || last == null || ends.length > 2 || first < 0 || last < first || last > LAST_CPU) {
        throw new ConfigError(`not a valid list of CPUs: ${pythonRepr(value)}`);
      }
      for (let cpu = first; cpu <= last; cpu += 1) {
        cpus.add(cpu);
      }
    }
    return [...cpus].sort((a, b) => a - b);
  },
  format: (cpus) => rangesOf(cpus).join(','),
  schema: { type: ['integer', 'string'], pattern: String.raw`[\d\s,-]+` },
};

/** A group by name or number; the value is the number. */
export const group: ValueType<number> = {
  name: 'group',
  about: 'The name of a group, or a numeric id.',
  parse: (value, host) => findGroup(value, host.users).gid,
  format: String,
  schema: { type: ['integer', 'string'] },
};

/** In the order of the kernel, from 0 (linux/capability.h). */
export const CAPABILITIES = [
  ...['chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid'],
  ...['setpcap', 'linux_immutable', 'net_bind_service', 'net_broadcast', 'net_admin', 'net_raw'],
  ...['ipc_lock', 'ipc_owner', 'sys_module', 'sys_rawio', 'sys_chroot', 'sys_ptrace', 'sys_pacct'],
  ...['sys_admin', 'sys_boot', 'sys_nice', 'sys_resource', 'sys_time', 'sys_tty_config', 'mknod', 'lease'],
  ...['audit_write', 'audit_control', 'setfcap', 'mac_override', 'mac_admin', 'syslog', 'wake_alarm'],
  ...['block_suspend', 'audit_read', 'perfmon', 'bpf', 'checkpoint_restore'],
] as const;

/** Numbers of capabilities, in rising order. */
export const capabilities: ValueType<readonly number[]> = {
  name: 'capabilities',
  about: 'Names as in capabilities(7), with or without `CAP_`, with commas between; `none` for none.',
  parse: (value) => {
    if (strip(value).toLowerCase() === 'none') {
      return [];
    }
    const numbers = value.split(',').map((part) => {
      const name = strip(part).toLowerCase().replace(/^cap_/, '');
      const number = (CAPABILITIES as readonly string[]).indexOf(name);
      if (number < 0) throw new ConfigError(`not a capability: ${pythonRepr(strip(part))}`);
      return number;
    });
    return [...new Set(numbers)].sort((a, b) => a - b);
  },
  format: (numbers) => (numbers.length === 0 ? 'none' : numbers.map((one) => CAPABILITIES[one]).join(',')),
  schema: { type: 'string' },
};

function limitOf(
  name: string,
  unit: string,
  parseNumber: (text: string, whole: string, host: Parameters<ValueType<number>['parse']>[1]) => number,
  formatNumber: (value: number) => string = String,
): ValueType<LimitPair> {
  const show = (value: number): string => (value === UNLIMITED ? 'unlimited' : formatNumber(value));
  return {
    name,
    about: `\`SOFT:HARD\`, or one value for both; each is ${unit}, or \`unlimited\`.`,
    parse: (value, host) => {
      const [soft, hard = soft, ...more] = value
        .split(':')
        .map(strip)
        .map((text) =>
          UNLIMITED_WORDS.includes(text.toLowerCase()) ? UNLIMITED : parseNumber(text, value, host),
        );
      if (soft === undefined || hard === undefined || more.length > 0) {
        throw new ConfigError(`not a valid limit: ${pythonRepr(value)}`);
      }
      if (hard !== UNLIMITED && (soft === UNLIMITED || soft > hard)) {
        throw new ConfigError(`the soft limit is above the hard limit: ${pythonRepr(value)}`);
      }
      return { soft, hard };
    },
    format: ({ soft, hard }) => (soft === hard ? show(soft) : `${show(soft)}:${show(hard)}`),
    schema: { type: ['integer', 'string'] },
  };
}

function numberBetween(name: string, least: number, most: number): ValueType<number> {
  return {
    name,
    about: `A number from ${least} to ${most}.`,
    parse: (value) => {
      const number = decimalInteger(strip(value));
      if (number === null || number < least || number > most) {
        throw new ConfigError(`not a valid ${name}: ${pythonRepr(value)}`);
      }
      return number;
    },
    format: String,
    schema: { type: ['integer', 'string'], pattern: String.raw`\s*[-+]?\d+\s*` },
  };
}

/** As `0-3`, `8`. */
function rangesOf(numbers: readonly number[]): string[] {
  const ranges: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at] ?? 0;
    let end = at;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) {
      end += 1;
    }
    ranges.push(end === at ? String(first) : `${first}-${numbers[end]}`);
    at = end + 1;
  }
  return ranges;
}
