/**
 * The values of the keys that decide how a log file is kept: when it rotates, how its backups are compressed, how long they
 * stay, and what permissions it has.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { pythonRepr } from '../../python/repr.ts';
import { octalInteger, strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { findOwner } from '../host.ts';
import { cronPattern } from './cron-values.ts';
import { octal } from './number-values.ts';
import type { ValueType } from './option.ts';
import { type Owner, word } from './values.ts';

/** The cron pattern of each word; null means that the log never rotates at a time. */
const ROTATION_WORDS: Readonly<Record<string, string | null>> = {
  never: null,
  hourly: '0 * * * *',
  daily: '0 0 * * *',
  weekly: '0 0 * * 0',
};

/** `never`, `hourly`, `daily`, `weekly` or a cron pattern; the value is the text. */
export const logRotation: ValueType<string> = {
  name: 'never, hourly, daily, weekly or cron',
  about:
    '`never`; `hourly`, at the full hour; `daily`, at midnight; `weekly`, at midnight between Saturday and Sunday; or a pattern like that of `cron`.',
  parse: (value, host) => {
    const lower = strip(value).toLowerCase();
    return lower in ROTATION_WORDS ? lower : cronPattern.parse(value, host);
  },
  format: (value) => value,
  schema: { type: 'string' },
};

/** The cron pattern at whose times a log rotates; null where it never does. */
export function rotationPattern(rotation: string): string | null {
  const pattern = ROTATION_WORDS[rotation];
  return pattern === undefined ? rotation : pattern;
}

export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;

export type Compression = (typeof COMPRESSIONS)[number];

const compressionWord = word('compression', COMPRESSIONS);

/** zlib of Node has zstd from 22.15 on. */
export const logCompression: ValueType<Compression> = {
  ...compressionWord,
  parse: (value, host) => {
    const compression = compressionWord.parse(value, host);
    if (compression === 'zstd' && !hasZstd()) {
      throw new ConfigError(
        `compression with zstd needs Node.js 22.15 or later (this is ${process.versions.node})`,
      );
    }
    return compression;
  },
};

function hasZstd(): boolean {
  return 'createZstdCompress' in (createRequire(import.meta.url)('node:zlib') as object);
}

const AGE_UNITS = [
  ['w', 7 * 24 * 3600],
  ['d', 24 * 3600],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** A length of time like `14d`, in seconds; 0 means without limit. */
export const age: ValueType<number> = {
  name: 'age',
  about:
    'A whole number with `s`, `m`, `h`, `d` or `w` (seconds, minutes, hours, days, weeks) after it; 0 means no limit.',
  parse: (value) => {
    const text = strip(value).toLowerCase();
    const [, digits = '', letter] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
    const unit = AGE_UNITS.find(([one]) => one === letter);
    if (unit === undefined && text !== '0') {
      throw new ConfigError(
        `not a valid age: ${pythonRepr(value)} (a whole number followed by s, m, h, d or w)`,
      );
    }
    return unit === undefined ? 0 : Number(digits) * unit[1];
  },
  format: (value) => {
    const [letter, seconds] = AGE_UNITS.find(([, length]) => value % length === 0) ?? ['s', 1];
    return value === 0 ? '0' : `${value / seconds}${letter}`;
  },
  schema: { type: ['integer', 'string'], pattern: String.raw`\s*(0|\d{1,9}[SMHDWsmhdw])\s*` },
};

/** Permission bits of a log file. */
export const logMode: ValueType<number> = {
  name: 'octal',
  about: 'Permission bits as an octal number from 0 to 0777, for example `0640`.',
  parse: (value) => {
    const mode = octalInteger(value);
    if (mode === null || mode < 0 || mode > 0o777) {
      throw new ConfigError(`not the permission bits of a file: ${pythonRepr(value)}`);
    }
    return mode;
  },
  format: octal.format,
  schema: octal.schema,
};

/** Owner of a log file. */
export const logOwner: ValueType<Owner> = {
  name: 'user:group',
  about: 'A user, by name or id, alone or followed by a colon and a group.',
  parse: (value, host) => findOwner(strip(value), host.users),
  format: ({ uid, gid }) => (gid < 0 ? String(uid) : `${uid}:${gid}`),
};
