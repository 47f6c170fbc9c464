/**
 * Messages to syslogds of other machines. They wait in a queue of limited size while the other machine is slow or away;
 * what does not fit is dropped and counted. Nothing of the daemon waits.
 *
 * @module
 */

import { formatSyslogAddress, type SyslogAddress } from '../../config/tables/syslog-values.ts';
import { counters } from '../../io/counters.ts';
import type { LogTrouble } from '../channel-log.ts';
import { describeError } from '../log-errors.ts';
import type { Connect, Link } from './link.ts';
import { connectTcp } from './tcp-link.ts';
import { connectUdp } from './udp-link.ts';

/** Most that waits for a syslogd, in bytes. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Bytes that are counted for a message in addition to its own. */
const MESSAGE_OVERHEAD_BYTES = 96;
/** Time to the next try to connect, in milliseconds: it doubles up to the longest. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
/** A syslogd that is away for this time is reported, in milliseconds; over UDP it is at once, as messages are lost then. */
const PATIENCE_MS = 10_000;
/** How long a syslogd must take messages again before that is reported, in milliseconds. */
const SETTLE_MS = 2000;

export interface RemoteSyslogOptions {
  /** What receives reports of a syslogd that cannot be reached, at the moment. */
  readonly trouble: () => LogTrouble | null;
  /** Opens a connection; that of the protocol of the address if left out. */
  readonly connect?: Connect;
}

export class RemoteSyslog {
  readonly #address: SyslogAddress;
  readonly #connect: Connect;
  readonly #trouble: () => LogTrouble | null;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #link: Link | null = null;
  #isConnecting = false;
  #isSending = false;
  #isScheduled = false;
  #retryMs = FIRST_RETRY_MS;
  /** Since when no try to connect has succeeded, on the monotonic clock, and why. */
  #away: { readonly sinceMs: number; readonly reason: string } | null = null;
  #dropped = 0;
  #isTroubled = false;
  #settleTimer: NodeJS.Timeout | null = null;

  constructor(address: SyslogAddress, { trouble, connect }: RemoteSyslogOptions) {
    this.#address = address;
    this.#trouble = trouble;
    this.#connect = connect ?? (address.protocol === 'tcp' ? connectTcp : connectUdp);
  }

  /** Messages wait, and are about to be sent. */
  get isBehind(): boolean {
    return this.#waiting.length > 0 && this.#away === null;
  }

  /** Sends a message soon, or drops it where too much waits. */
  send(message: Buffer): void {
    const bytes = message.length + MESSAGE_OVERHEAD_BYTES;
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#dropped += 1;
      counters.droppedSyslogMessages += 1;
      this.#fail(this.#away?.reason ?? 'its reader does not read');
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += bytes;
    if (this.#isScheduled || this.#isSending) return;
    this.#isScheduled = true;
    // Lines that come together are sent together.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#isSending) return;
    if (this.#link === null) {
      this.#open();
      return;
    }
    this.#isSending = true;
    const link = this.#link;
    link.send(this.#waiting, (sent, error) => {
      this.#isSending = false;
      this.#forgetFirst(sent);
      if (error === null) this.#settleTimer ??= setTimeout(() => this.#settled(), SETTLE_MS).unref();
      else this.#ended(link, error);
      this.#flush();
    });
  }

  #open(): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    this.#connect(this.#address, {
      opened: (link) => {
        this.#isConnecting = false;
        this.#link = link;
        this.#flush();
      },
      ended: (error) => this.#ended(this.#link, error),
    });
  }

  /** The connection is over, or there was none: the next try comes after a pause. */
  #ended(link: Link | null, error: Error): void {
    if (link !== this.#link) return;
    this.#link = null;
    link?.close();
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#settleTimer = null;
    this.#away = { sinceMs: this.#away?.sinceMs ?? performance.now(), reason: describeError(error) };
    const patienceMs = this.#address.protocol === 'udp' ? 0 : PATIENCE_MS;
    if (performance.now() - this.#away.sinceMs >= patienceMs) this.#fail(this.#away.reason);
    this.#isConnecting = true;
    setTimeout(() => {
      this.#isConnecting = false;
      this.#flush();
    }, this.#retryMs).unref();
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  #forgetFirst(count: number): void {
    for (const message of this.#waiting.slice(0, count)) {
      this.#waitingBytes -= message.length + MESSAGE_OVERHEAD_BYTES;
    }
    this.#waiting = this.#waiting.slice(count);
  }

  #fail(reason: string): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.#trouble()?.failed(
      `syslog ${formatSyslogAddress(this.#address)} cannot be reached: ${reason}; what does not fit into its queue is dropped`,
    );
  }

  #settled(): void {
    this.#settleTimer = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.#away = null;
    if (!this.#isTroubled) return;
    const dropped = this.#dropped;
    this.#isTroubled = false;
    this.#dropped = 0;
    this.#trouble()?.recovered(
      `syslog ${formatSyslogAddress(this.#address)} is reached again; ${dropped} messages were dropped`,
    );
  }
}
