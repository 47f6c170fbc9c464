/**
 * The types of values that are numbers: integers, sizes, permission bits, lengths of time, fractions.
 * Error texts are the reference's.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import {
  decimalInteger,
  exactInteger,
  integerError,
  octalInteger,
  strip,
  withoutEnd,
} from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

const DECIMAL = String.raw`[0-9]{1,15}(?:\.[0-9]{1,9})?`;
const DECIMAL_TEXT = new RegExp(`^${DECIMAL}$`);

const BYTE_UNITS: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

export const integer: ValueType<number> = {
  name: 'integer',
  parse: parseInteger,
  format: String,
  schema: { type: ['integer', 'string'], pattern: String.raw`\s*[-+]?\d[\d_]*\s*` },
};

/** A number of any size, which names are made of. */
export const exactNumber: ValueType<number | bigint> = {
  name: 'integer',
  parse: (value) => {
    const number = exactInteger(value);
    if (number === null) throw new ConfigError(integerError(value));
    return number;
  },
  format: String,
  schema: integer.schema,
};

/** Bytes, with KB, MB or GB behind. */
export const byteSize: ValueType<number> = {
  name: 'bytes',
  about: 'A number of bytes; `KB`, `MB` and `GB` multiply it by 1024, 1024² and 1024³.',
  parse: (value) => {
    const lower = value.toLowerCase();
    const unit = BYTE_UNITS[lower.slice(-2)];
    return unit === undefined ? parseInteger(lower) : parseInteger(lower.slice(0, -2)) * unit;
  },
  format: formatBytes,
  schema: { type: ['integer', 'string'], pattern: String.raw`\s*[-+]?\d[\d_]*\s*([KkMmGg][Bb])?` },
};

/** Permission bits. */
export const octal: ValueType<number> = {
  name: 'octal',
  about: 'An octal number, for example `022`.',
  parse: (value) => {
    const number = octalInteger(value);
    if (number === null) throw new ConfigError(`${value} can not be converted to an octal type`);
    return number;
  },
  format: (value) => (value < 0 ? `-0${(-value).toString(8)}` : value.toString(8).padStart(4, '0')),
  schema: { type: 'string', pattern: String.raw`\s*(0[Oo])?[0-7_]+\s*` },
};

/** Seconds, with a fraction where it is needed. */
export const seconds: ValueType<number> = decimalBetween('number of seconds', 0, Number.POSITIVE_INFINITY);

/** Seconds above 0, with a fraction where it is needed. */
export const positiveSeconds: ValueType<number> = decimalBetween(
  'number of seconds above 0',
  0.000_001,
  Number.POSITIVE_INFINITY,
);

/** A number from 0 to 1. */
export const fraction: ValueType<number> = decimalBetween('number from 0 to 1', 0, 1);

/** A number that something is multiplied by, 1 or more. */
export const factor: ValueType<number> = decimalBetween('number from 1 up', 1, Number.POSITIVE_INFINITY);

/** A whole number, 0 or more. */
export const count: ValueType<number> = {
  name: 'number',
  parse: (value) => {
    const number = parseInteger(value);
    if (number < 0) throw new ConfigError(`not a number from 0 up: ${pythonRepr(value)}`);
    return number;
  },
  format: String,
  schema: integer.schema,
};

/** A whole number, 1 or more. */
export const atLeastOne: ValueType<number> = {
  ...count,
  parse: (value) => {
    const number = parseInteger(value);
    if (number < 1) throw new ConfigError(`not a number from 1 up: ${pythonRepr(value)}`);
    return number;
  },
};

/** @throws ConfigError in the reference's words */
export function parseInteger(value: string): number {
  const number = decimalInteger(value);
  if (number === null) throw new ConfigError(integerError(value));
  return number;
}

function formatBytes(value: number): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    const size = BYTE_UNITS[unit] ?? 1;
    if (value !== 0 && value % size === 0) return `${value / size}${unit.toUpperCase()}`;
  }
  return String(value);
}

function decimalBetween(name: string, least: number, most: number): ValueType<number> {
  return {
    name,
    parse: (value) => {
      const number = DECIMAL_TEXT.test(strip(value)) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most)) {
        throw new ConfigError(`not a valid ${name}: ${pythonRepr(value)}`);
      }
      return number;
    },
    format: formatDecimal,
    schema: { type: ['number', 'string'], pattern: DECIMAL },
  };
}

/** Without the exponent that small numbers would have. */
function formatDecimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? withoutEnd(value.toFixed(9), '0') : text;
}
