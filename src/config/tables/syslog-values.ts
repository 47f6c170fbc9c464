/**
 * The values of keys that have to do with syslog: facilities, priorities, and the addresses of other machines.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';
import { word } from './words.ts';

/** The names of syslog(3), by their numbers. Source: RFC 5424, table 1. */
export const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const;

/** By their numbers. Source: RFC 5424, table 2. */
export const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

export type SyslogFacility = (typeof FACILITIES)[number];
export type SyslogPriority = (typeof PRIORITIES)[number];

export const syslogFacility: ValueType<SyslogFacility> = {
  ...word('facility', FACILITIES),
  about: 'A name of syslog(3): `user`, `daemon`, `local0` to `local7` and so on.',
};

export const syslogPriority: ValueType<SyslogPriority> = word('priority', PRIORITIES);

/** Longer names may be cut by a syslogd. Source: RFC 5424, section 6. */
const LONGEST_TAG = 48;

/** What a syslogd takes for the name of a program. */
export const syslogTag: ValueType<string> = {
  name: 'syslog tag',
  about: 'Up to 48 printable ASCII characters without blanks.',
  parse: (value) => {
    const tag = strip(value);
    if (!/^[!-~]+$/.test(tag) || tag.length > LONGEST_TAG) {
      throw new ConfigError(
        `not a syslog tag: ${pythonRepr(value)} (1 to ${LONGEST_TAG} printable ASCII characters without blanks)`,
      );
    }
    return tag;
  },
  format: (value) => value,
  schema: { type: 'string' },
};

/** Where a syslogd of another machine listens. */
export interface SyslogAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

/** The port of syslog. */
const PORT = 514;

const ADDRESS = /^@\s*(?:(udp|tcp):)?(\[[^\]]+\]|[^:[\]@\s]+)(?::(\d{1,5}))?$/i;

/** `@udp:host:514`, `@tcp:host`, `@host:514`; null for anything else. @throws ConfigError for a wrong port */
export function parseSyslogAddress(text: string): SyslogAddress | null {
  const [, protocol = 'udp', host = '', digits] = ADDRESS.exec(text) ?? [];
  if (host === '') return null;
  const port = digits === undefined ? PORT : Number(digits);
  if (port < 1 || port > 65_535) throw new ConfigError(`not a port: ${pythonRepr(digits ?? '')}`);
  return {
    protocol: protocol.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
  };
}

export function formatSyslogAddress({ protocol, host, port }: SyslogAddress): string {
  return `@${protocol}:${host.includes(':') ? `[${host}]` : host}:${port}`;
}
