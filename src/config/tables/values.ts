/**
 * The types of values: how each is read, the error for a wrong one, and how it is written.
 * Error texts are the reference's.
 *
 * @module
 */

import { pythonRepr } from '../../python/repr.ts';
import { decimalInteger, octalInteger, strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { findOwner, findUser } from '../host.ts';
import { formatEnvironment, parseEnvironment } from '../text/environment-list.ts';
import { existingFolder, normalizePath, pathInExistingFolder } from '../text/paths.ts';
import { LOG_LEVEL_NAMES, type LogLevelName } from './log-levels.ts';
import { octal, parseInteger } from './number-values.ts';
import type { ValueType } from './option.ts';
import { signalName, signalNumber } from './signals.ts';
import { anyCase, word } from './words.ts';

export { type LogTarget, logFile } from './log-target.ts';
export {
  atLeastOne,
  byteSize,
  count,
  exactNumber,
  factor,
  fraction,
  integer,
  octal,
  positiveSeconds,
  seconds,
} from './number-values.ts';
export { signalName, signalNumber } from './signals.ts';
export { text } from './text-value.ts';
export { word } from './words.ts';

/** When a process that has exited by itself is started again. */
export type AutoRestart = 'always' | 'never' | 'unexpected';

/** Ids to give to a file; a gid of -1 leaves its group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['yes', 'true', 'on', '1']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['no', 'false', 'off', '0']);
const SWITCH_PATTERN = anyCase(...TRUE_WORDS, ...FALSE_WORDS);

export const boolean: ValueType<boolean> = {
  name: 'boolean',
  about: '`true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0`, in any case.',
  parse: (value) => {
    const word = value.toLowerCase();
    if (TRUE_WORDS.has(word)) return true;
    if (FALSE_WORDS.has(word)) return false;
    throw new ConfigError(`not a valid boolean value: ${pythonRepr(value)}`);
  },
  format: String,
  schema: {
    type: ['boolean', 'string'],
    pattern: SWITCH_PATTERN,
  },
};

/** A boolean that is shown as on or off. */
export const switchWord: ValueType<boolean> = {
  name: 'on or off',
  parse: boolean.parse,
  format: (value) => (value ? 'on' : 'off'),
  schema: boolean.schema,
};

export const signal: ValueType<number> = {
  name: 'signal',
  about: 'The name of a signal, with or without `SIG`, or its number.',
  parse: signalNumber,
  format: (value) => (value === 0 ? '0' : signalName(value).replace(/^SIG/, '')),
  schema: { type: ['integer', 'string'] },
};

/** The stop signal, and those that follow it when it brings no end; with commas between. */
export interface StopSignals {
  readonly stopSignal: number;
  readonly laterStopSignals: readonly number[];
}

export const stopSignals: ValueType<StopSignals> = {
  name: 'signals',
  parse: (value, host) => {
    const [first = value, ...later] = value.split(',');
    return {
      stopSignal: signal.parse(later.length === 0 ? value : strip(first), host),
      laterStopSignals: later.length === 0 ? NONE : later.map((one) => signal.parse(strip(one), host)),
    };
  },
  format: ({ stopSignal, laterStopSignals }) =>
    [stopSignal, ...laterStopSignals].map((one) => signal.format(one)).join(','),
  shown: ({ stopSignal }) => stopSignal,
  schema: signal.schema,
};

/** The same for all programs with one stop signal. */
const NONE: readonly number[] = [];

/** Which end of a program shuts the daemon down. */
export const EXIT_RULES = ['never', 'fatal', 'failure', 'end'] as const;

export type ExitRule = (typeof EXIT_RULES)[number];

/** Exit codes, with commas between. */
export const exitCodes: ValueType<readonly number[]> = {
  name: 'exit codes',
  about: 'Numbers from 0 to 255, separated by commas.',
  parse: (value) => {
    if (value === '') return [];
    const codes = value.split(',').map(decimalInteger);
    if (codes.every((code) => code !== null && code >= 0 && code <= 255)) return codes as number[];
    throw new ConfigError(`not a valid list of exit codes: ${pythonRepr(value)}`);
  },
  format: (value) => value.join(','),
  schema: { type: ['integer', 'string'], pattern: String.raw`(\s*\d+\s*(,\s*\d+\s*)*)?` },
};

export const autoRestart: ValueType<AutoRestart> = {
  name: 'boolean or unexpected',
  about: 'A boolean, or `unexpected`: after exits with a code that is not in `exitcodes`.',
  parse: (value) => {
    const word = value.toLowerCase();
    if (TRUE_WORDS.has(word)) return 'always';
    if (FALSE_WORDS.has(word)) return 'never';
    if (word === 'unexpected') return 'unexpected';
    throw new ConfigError(`invalid 'autorestart' value ${pythonRepr(word)}`);
  },
  format: (value) => ({ always: 'true', never: 'false', unexpected: 'unexpected' })[value],
  shown: (value) => ({ always: true, never: false, unexpected: 'unexpected' })[value],
  schema: {
    type: ['boolean', 'string'],
    pattern: `${SWITCH_PATTERN}|${anyCase('unexpected')}`,
  },
};

/** A path in a folder that exists. */
export const filePath: ValueType<string> = {
  name: 'path',
  about: 'A path in an existing folder.',
  parse: pathInExistingFolder,
  format: (value) => value,
};

/** The path of a server's socket. */
export const socketPath: ValueType<string> = {
  name: 'path',
  parse: (value, host) => normalizePath(strip(value), host),
  format: (value) => value,
};

/** An address of the daemon as programs get it; null is AUTO, an address of one of its servers. */
export const serverUrl: ValueType<string | null> = {
  name: 'URL or AUTO',
  about: 'An address, or `AUTO`: that of a server of the daemon.',
  parse: (value) => (value.trim().toUpperCase() === 'AUTO' ? null : value),
  format: (value) => value ?? 'AUTO',
};

/** A folder that exists. */
export const folder: ValueType<string> = {
  name: 'folder',
  about: 'The path of an existing folder.',
  parse: existingFolder,
  format: (value) => value,
};

/** A user by name or number; the value is the number. */
export const user: ValueType<number> = {
  name: 'user',
  about: 'The name of a user, or a numeric id.',
  parse: (value, host) => findUser(value, host.users).uid,
  format: String,
  schema: { type: ['integer', 'string'] },
};

/** `user` or `user:group`, of a server's socket and of a FastCGI program's. */
export const owner = ownerCalled('sockchown');
export const fcgiSocketOwner = ownerCalled('socket_owner');

/** Permission bits of a socket file. */
export const socketMode = fileMode('chmod');
export const fcgiSocketMode = fileMode('socket_mode');

export const logLevel: ValueType<LogLevelName> = {
  name: 'log level',
  about: '`critical`, `error`, `warn`, `info`, `debug`, `trace` or `blather`.',
  parse: (value) => {
    const level = LOG_LEVEL_NAMES.find((name) => name === value.toLowerCase());
    if (level === undefined) throw new ConfigError(`bad logging level name ${pythonRepr(value)}`);
    return level;
  },
  format: (value) => value,
  schema: { type: 'string', pattern: anyCase(...LOG_LEVEL_NAMES) },
};

/** Names with commas between. */
export const names: ValueType<readonly string[]> = {
  name: 'names',
  about: 'Names, separated by commas.',
  parse: (value) => (value === '' ? [] : value.split(',').map(strip)),
  format: (value) => value.join(','),
};

export const environment: ValueType<Readonly<Record<string, string>>> = {
  name: 'environment',
  about: '`KEY="value",KEY2="value2"`; a value without quotes consists of letters, digits and `_/.+-():`.',
  parse: (value, _host, place) => parseEnvironment(value, place?.quoting),
  format: formatEnvironment,
};

/** `9001`, `*:9001`, `host:9001`, `[::1]:9001`; an empty host is every address. */
export const inetAddress: ValueType<{ readonly host: string; readonly port: number }> = {
  name: 'address',
  about: '`9001`, `*:9001`, `host:9001` or `[::1]:9001`.',
  parse: parseInetAddress,
  format: ({ host, port }) => `${host === '' ? '*' : host.includes(':') ? `[${host}]` : host}:${port}`,
  schema: { type: ['integer', 'string'], pattern: String.raw`(.*:)?\s*\d+\s*` },
};

/** The name of a process, before it is expanded. */
export const processName: ValueType<string> = {
  name: 'process name',
  about: 'A name without blanks, colons and slashes.',
  parse: processOrGroupName,
  format: (value) => value,
  schema: { type: 'string', pattern: '[^ :/]*' },
};

/** The name of a process or group: no blank, colon or slash, which the event protocol and URLs could not carry. */
export function processOrGroupName(value: string): string {
  const name = strip(value);
  for (const character of ' :/') {
    if (name.includes(character)) {
      throw new ConfigError(
        `Invalid name: ${pythonRepr(value)} because of character: ${pythonRepr(character)}`,
      );
    }
  }
  return name;
}

/** @param what the key, for the error */
export function ownerCalled(what: string): ValueType<Owner> {
  return {
    name: 'user:group',
    about: 'A user, by name or id, alone or followed by a colon and a group.',
    parse: (value, host) => {
      try {
        return findOwner(value, host.users);
      } catch {
        throw new ConfigError(`Invalid ${what} value ${value}`);
      }
    },
    format: ({ uid, gid }) => (gid < 0 ? String(uid) : `${uid}:${gid}`),
  };
}

/** @param what the key, for the error */
export function fileMode(what: string): ValueType<number> {
  return {
    name: 'octal',
    parse: (value) => {
      const number = octalInteger(value);
      if (number === null) throw new ConfigError(`Invalid ${what} value ${value}`);
      return number;
    },
    format: octal.format,
    schema: octal.schema,
  };
}

function parseInetAddress(value: string): { host: string; port: number } {
  const colon = value.lastIndexOf(':');
  if (colon < 0) return { host: '', port: parseBarePort(value) };
  const digits = value.slice(colon + 1);
  if (digits === '') throw new ConfigError("no port number specified in ''");
  const port = parsePort(digits);
  const host = value.slice(0, colon).toLowerCase();
  return { host: host === '*' ? '' : host.replace(/^\[(.*)\]$/, '$1'), port };
}

function parseBarePort(value: string): number {
  try {
    return parsePort(value);
  } catch {
    throw new ConfigError(`not a valid port number: ${pythonRepr(value)} `);
  }
}

function parsePort(value: string): number {
  const port = parseInteger(value);
  if (port < 1) throw new ConfigError(`${port} is below lower bound (1)`);
  if (port > 65535) throw new ConfigError(`${port} is above upper bound (65535)`);
  return port;
}

/** Access to the health page of a server. */
export const healthAccess: ValueType<'private' | 'public'> = word('access', ['private', 'public']);

export const exitRule: ValueType<ExitRule> = word('end of a program', EXIT_RULES);

/** What a stop ends. */
export const KILL_MODES = ['process', 'group', 'cgroup'] as const;

export type KillMode = (typeof KILL_MODES)[number];

/** A cgroup is made for a process when it starts. */
export const killMode: ValueType<KillMode> = {
  ...word('kill mode', KILL_MODES),
  needsRestart: (_active, next) => next === 'cgroup',
};
