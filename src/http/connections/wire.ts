/**
 * What a connection reads from and writes to: a descriptor, or the inside of TLS.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { ReadyHandler } from '../../io/io-loop.ts';
import { readInto, shutdownWriting, writeFrom } from '../../native/posix.ts';
import type { Peer } from '../messages/exchange.ts';
import { peerOf } from './peer.ts';

export interface Wire {
  /** The descriptor for a hand-over; null if that is not possible. */
  readonly descriptor: number | null;
  readonly peer: Peer;
  /** The number of written bytes that were not sent yet; 0 if writes go to the kernel at once. */
  readonly unsentBytes: number;
  /** Reads what has arrived; returns how many bytes, 0 at the end, or `-errno`, as EAGAIN. */
  read(into: Buffer): number;
  /** Writes as much as fits, of bytes that may change afterwards; returns how many, or `-errno`. */
  write(bytes: Buffer, offset: number, length: number): number;
  /** Calls the handler whenever one of the events is there, as the poller does; the handler may change the events. */
  watch(events: number, handler: ReadyHandler): void;
  /** Ends the direction to the client. */
  endWriting(): void;
  /** Ends the watch and closes both directions. */
  close(): void;
}

/** Watches descriptors. */
export interface Watcher {
  watch(descriptor: number, events: number, owner: ReadyHandler): void;
  forget(descriptor: number): void;
}

/** The wire of a descriptor, which belongs to it from now on. */
export class PlainWire implements Wire {
  readonly descriptor: number;
  readonly unsentBytes = 0;
  readonly #watcher: Watcher;
  #peer: Peer | null = null;

  constructor(descriptor: number, watcher: Watcher) {
    this.descriptor = descriptor;
    this.#watcher = watcher;
  }

  get peer(): Peer {
    this.#peer ??= peerOf(this.descriptor);
    return this.#peer;
  }

  read(into: Buffer): number {
    return readInto(this.descriptor, into);
  }

  write(bytes: Buffer, offset: number, length: number): number {
    return writeFrom(this.descriptor, bytes, offset, length);
  }

  watch(events: number, handler: ReadyHandler): void {
    this.#watcher.watch(this.descriptor, events, handler);
  }

  endWriting(): void {
    shutdownWriting(this.descriptor);
  }

  close(): void {
    this.#watcher.forget(this.descriptor);
    closeSync(this.descriptor);
  }
}
