/**
 * Messages to the machine's syslog, byte for byte as glibc's syslog(3) sends them for the reference,
 * but without ever waiting for syslogd.
 *
 * @module
 */

import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { counters } from '../../io/counters.ts';
import { whenWritable } from '../../io/writable-wait.ts';
import { connectDatagram, errnoMessage, PosixError, writeFrom } from '../../native/posix.ts';
import { clockText, type LocalTime, localTime, MONTHS } from '../../python/local-time.ts';
import type { LogTrouble } from '../channel-log.ts';

/** Where syslogd listens. */
export const SYSLOG_PATH = '/dev/log';
/** The longest message that is sent as one, in bytes; every syslogd's socket accepts that. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** What stands in front of a message beside its time. */
export interface Origin {
  /** Eight times the facility, and the severity. */
  readonly priority: number;
  readonly ident: string;
}

/** Facility user, severity info: what Python's `syslog.syslog` sends everything with. */
const STANDARD: Origin = { priority: 14, ident: 'supervisord' };
/** Most that waits for a syslogd that is slow or away, in bytes; what comes when it is full is dropped. */
const MAX_WAITING_BYTES = 256 * 1024;
/** Time between two tries to reach a syslogd that is away, in milliseconds. */
const RETRY_MS = 250;
/** How long messages wait for a syslogd that is away, in milliseconds: a restart of it loses nothing. */
const PATIENCE_MS = 10_000;
const DRAIN_STEP_MS = 5;
/** Bytes that are counted for a message in addition to its own, so that empty ones are bounded too. */
const MESSAGE_OVERHEAD_BYTES = 96;
const NOTHING = Buffer.alloc(0);

const { EAGAIN, EMSGSIZE, ENOBUFS } = constants.errno;

interface Waiting {
  readonly datagram: Buffer;
  /** The number of bytes that are counted for it. */
  readonly bytes: number;
}

export class Syslog {
  /** Receives reports of a syslog that cannot be reached. */
  trouble: LogTrouble | null = null;
  readonly #path: string;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #descriptor: number | null = null;
  #stopWaiting: (() => void) | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  /** Since when no try to reach a syslogd has succeeded, on the monotonic clock, and why. */
  #away: { readonly sinceMs: number; readonly reason: string } | null = null;
  #dropped = 0;
  #isTroubled = false;

  constructor(path: string = SYSLOG_PATH) {
    this.#path = path;
  }

  /** Something that was sent waits for syslogd. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Sends one message, or keeps it for a moment; a longer one than may be is sent in pieces.
   *
   * @param heading stands before each piece, and counts for its length
   */
  send(message: Buffer, heading: Buffer = NOTHING, origin: Origin = STANDARD): void {
    const longest = MAX_MESSAGE_BYTES - heading.length;
    let start = 0;
    do {
      this.#sendOrKeep(
        heading,
        message.length <= longest ? message : message.subarray(start, start + longest),
        origin,
      );
      start += longest;
    } while (start < message.length);
  }

  /** Gives a slow syslogd a last chance, and closes. A later `send` opens again. @param patienceMs how long at most */
  close(patienceMs = 0): void {
    const deadline = performance.now() + patienceMs;
    this.#flush();
    while (this.#waiting.length > 0 && this.#descriptor !== null && performance.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DRAIN_STEP_MS);
      this.#flush();
    }
    this.#forgetWaiting();
    this.#disconnect();
  }

  #drop(messages: number): void {
    this.#dropped += messages;
    counters.droppedSyslogMessages += messages;
  }

  #sendOrKeep(heading: Buffer, message: Buffer, origin: Origin): void {
    const bytes = heading.length + message.length + MESSAGE_OVERHEAD_BYTES;
    // Checked first: a message for a full queue costs no more than this.
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#drop(1);
      this.#fail(this.#away?.reason ?? 'its reader does not read');
      return;
    }
    const datagram = Buffer.concat([packetHeader(origin), heading, message]);
    if (this.#waiting.length === 0 && this.#away === null && this.#deliver(datagram)) return;
    this.#waiting.push({ datagram, bytes });
    this.#waitingBytes += bytes;
    this.#awaitReader();
  }

  #flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (!this.#deliver(first.datagram)) break;
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes;
    }
    if (this.#waiting.length > 0) this.#awaitReader();
    else this.#stopAwaiting();
  }

  /** True if the message was sent, or is too long for any syslogd. Connects at once to a syslogd that was replaced. */
  #deliver(datagram: Buffer): boolean {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (!this.#connect()) return false;
      const result = writeFrom(this.#descriptor ?? -1, datagram, 0, datagram.length);
      if (result >= 0) {
        this.#recover();
        return true;
      }
      if (result === -EAGAIN || result === -ENOBUFS) return false;
      if (result === -EMSGSIZE) {
        this.#drop(1);
        return true;
      }
      this.#disconnect();
    }
    return false;
  }

  #connect(): boolean {
    if (this.#descriptor !== null) return true;
    try {
      this.#descriptor = connectDatagram(this.#path);
      this.#away = null;
      return true;
    } catch (error) {
      if (!(error instanceof PosixError)) throw error;
      this.#away = { sinceMs: this.#away?.sinceMs ?? performance.now(), reason: errnoMessage(error.errno) };
      return false;
    }
  }

  #disconnect(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #awaitReader(): void {
    if (this.#descriptor !== null) {
      this.#stopWaiting ??= whenWritable(this.#descriptor, () => this.#flush());
    } else {
      this.#retryTimer ??= setTimeout(() => this.#retry(), RETRY_MS).unref();
    }
  }

  #retry(): void {
    this.#retryTimer = null;
    this.#flush();
    if (this.#away === null || performance.now() - this.#away.sinceMs < PATIENCE_MS) return;
    this.#fail(this.#away.reason);
    this.#forgetWaiting();
  }

  #stopAwaiting(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  #forgetWaiting(): void {
    this.#drop(this.#waiting.length);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#stopAwaiting();
  }

  #fail(reason: string): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.trouble?.failed(
      `syslog at ${this.#path} cannot be written: ${reason}; what is written to it is dropped until it can`,
    );
  }

  #recover(): void {
    if (!this.#isTroubled || this.#waiting.length > 1) return;
    const dropped = this.#dropped;
    this.#isTroubled = false;
    this.#dropped = 0;
    this.trouble?.recovered(`syslog at ${this.#path} is written again; ${dropped} messages were dropped`);
  }
}

/** The connection that all logs of the daemon share. */
export const syslog = new Syslog();

let headerSecond = Number.NaN;
let headerTime = '';
/** The headers of this second. */
const headers = new Map<Origin, Buffer>();

/** Priority, local time in the form of RFC 3164 (`Jan  2 03:04:05`), and name; made once a second. */
function packetHeader(origin: Origin): Buffer {
  const second = Math.floor(Date.now() / 1000);
  if (second !== headerSecond) {
    headerSecond = second;
    headerTime = formatTime(localTime(second * 1000));
    headers.clear();
  }
  let header = headers.get(origin);
  if (header === undefined) {
    header = Buffer.from(`<${origin.priority}>${headerTime} ${origin.ident}: `);
    headers.set(origin, header);
  }
  return header;
}

function formatTime(time: LocalTime): string {
  return `${MONTHS[time.month]} ${String(time.day).padStart(2)} ${clockText(time)}`;
}
