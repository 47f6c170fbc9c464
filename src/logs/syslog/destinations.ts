/**
 * The syslogs that the output of a program goes to: that of this machine, and those of others.
 *
 * @module
 */
import { hostname } from 'node:os';
import {
  FACILITIES,
  PRIORITIES,
  type SyslogAddress,
  type SyslogFacility,
  type SyslogPriority,
} from '../../config/tables/syslog-values.ts';
import { remoteSyslog } from './remotes.ts';
import { MAX_MESSAGE_BYTES, type Syslog } from './syslog.ts';

/** Takes the lines of a channel, each as a message. */
export interface LineDestination {
  /** A longer line is sent in pieces; in bytes. */
  readonly longestLine: number;
  /** @param line without its line end; it is used before this returns */
  send(line: Buffer): void;
}

export interface MessageSource {
  readonly process: string;
  readonly channel: 'stdout' | 'stderr';
  readonly facility: SyslogFacility;
  readonly priority: SyslogPriority;
  /** Name of the program; null for that of the daemon, with the process in front of each line. */
  readonly tag: string | null;
  /** 0 where there is no process. */
  readonly pid: () => number;
}

/** The syslog of this machine. */
export function localDestination(syslog: Syslog, source: MessageSource): LineDestination {
  const { process, tag } = source;
  const heading = Buffer.from(tag === null ? `${process} ` : '');
  const origin = { priority: priorityOf(source), ident: tag ?? 'supervisord' };
  return {
    longestLine: MAX_MESSAGE_BYTES - heading.length,
    send: (line) => syslog.send(line, heading, origin),
  };
}

/** Most syslogds take a message of this length; in bytes. */
const LONGEST_REMOTE_BYTES = 8192;

/** Bytes that are reserved for the text in front of a line. */
const HEADER_BYTES = 512;

/** A syslog of another machine, which gets messages in the form of RFC 5424. */
export function remoteDestination(address: SyslogAddress, source: MessageSource): LineDestination {
  const remote = remoteSyslog(address);
  const name = printable(source.tag ?? source.process, 48);
  const begin = `<${priorityOf(source)}>1 `;
  const host = printable(hostname(), 255);
  let pid = 0;
  return {
    longestLine: LONGEST_REMOTE_BYTES - HEADER_BYTES,
    send: (line) => {
      pid ||= source.pid();
      const header = `${begin}${new Date().toISOString()} ${host} ${name} ${pid || '-'} ${source.channel} - `;
      remote.send(Buffer.concat([Buffer.from(header), line]));
    },
  };
}

function priorityOf({ facility, priority }: MessageSource): number {
  return FACILITIES.indexOf(facility) * 8 + PRIORITIES.indexOf(priority);
}

/** Printable ASCII without blanks, of a length. Source: RFC 5424, section 6. */
function printable(text: string, length: number): string {
  return text.replace(/[^!-~]/g, '_').slice(0, length) || '-';
}
