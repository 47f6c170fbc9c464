/**
 * The decrypted side of a TLS connection, as a wire. The handshake, the encryption and the socket are Node's; the
 * limits of time and memory are those of all clients.
 *
 * @module
 */
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { TLSSocket } from 'node:tls';
import type { ReadyHandler } from '../../io/io-loop.ts';
import { HANGUP, READABLE, WRITABLE } from '../../native/posix.ts';
import type { Peer } from '../messages/exchange.ts';
import type { Wire } from './wire.ts';

const { EAGAIN, EPIPE } = constants.errno;

/** The most that is encrypted at a time; the rest waits unencrypted, and is counted as not taken by the client. */
const PIECE_BYTES = 64 * 1024;
/** How long the end of TLS may take to be written, in milliseconds. */
const END_MS = 1000;

export class TlsWire implements Wire {
  /** The state of TLS cannot be handed over. */
  readonly descriptor = null;
  readonly peer: Peer;
  readonly #socket: Socket;
  /** Null until the handshake is done. */
  #tls: TLSSocket | null = null;
  #events = 0;
  #handler: ReadyHandler | null = null;
  /** What was decrypted and not read yet. */
  #stash: Buffer | null = null;
  #unsentBytes = 0;
  /** The client has ended its direction. */
  #isEnded = false;
  /** Both directions are over. */
  #isGone = false;
  #isReported = false;

  /** @param socket the connection, encrypted */
  constructor(socket: Socket, peer: Peer) {
    this.#socket = socket;
    this.peer = peer;
    socket.on('error', () => {});
    socket.on('close', () => this.#gone());
  }

  get unsentBytes(): number {
    return this.#isGone ? 0 : this.#unsentBytes;
  }

  /** The handshake is done: what is read and written goes through TLS from now on. */
  begin(tls: TLSSocket): void {
    this.#tls = tls;
    // A client that has ended its direction may wait for an answer; in the handshake it is gone.
    tls.allowHalfOpen = true;
    tls.on('error', () => {});
    tls.on('readable', () => this.#fetch());
    tls.on('end', () => {
      this.#isEnded = true;
      this.#reportSoon();
    });
    tls.on('close', () => this.#gone());
    this.#fetch();
  }

  read(into: Buffer): number {
    const bytes = this.#stash ?? this.#decrypted();
    if (bytes === null) return this.#isEnded || this.#isGone ? 0 : -EAGAIN;
    const count = bytes.copy(into);
    this.#stash = count < bytes.length ? bytes.subarray(count) : null;
    return count;
  }

  write(bytes: Buffer, offset: number, length: number): number {
    if (this.#tls === null || this.#isGone) return -EPIPE;
    if (this.#unsentBytes > 0) return -EAGAIN;
    const count = Math.min(length, PIECE_BYTES);
    this.#unsentBytes = count;
    this.#tls.write(Buffer.from(bytes.subarray(offset, offset + count)), () => {
      this.#unsentBytes = 0;
      this.#reportSoon();
    });
    return count;
  }

  watch(events: number, handler: ReadyHandler): void {
    this.#events = events;
    this.#handler = handler;
    this.#reportSoon();
  }

  endWriting(): void {
    this.#tls?.end();
  }

  close(): void {
    this.#handler = null;
    const tls = this.#tls;
    if (tls === null || this.#isGone || this.#unsentBytes > 0) {
      this.#socket.destroy();
      return;
    }
    // A client that does not receive the end of TLS cannot distinguish it from an attack.
    const impatience = setTimeout(() => tls.destroy(), END_MS);
    tls.once('close', () => clearTimeout(impatience));
    tls.end(() => tls.destroy());
  }

  #decrypted(): Buffer | null {
    return this.#isGone ? null : ((this.#tls?.read() as Buffer | null | undefined) ?? null);
  }

  /** A stream reports its end only after all of it was read. */
  #fetch(): void {
    this.#stash ??= this.#decrypted();
    this.#reportSoon();
  }

  #gone(): void {
    this.#isGone = true;
    this.#isEnded = true;
    this.#reportSoon();
  }

  /** In a turn of its own, as the poller reports: the handler may be the caller. */
  #reportSoon(): void {
    if (this.#isReported || !this.#isReady()) return;
    this.#isReported = true;
    setImmediate(() => {
      this.#isReported = false;
      if (!this.#isReady()) return;
      this.#handler?.ready(this.#events);
      // What was not read, or written, is reported again.
      this.#reportSoon();
    });
  }

  #isReady(): boolean {
    if (this.#handler === null || this.#events === 0) return false;
    if (this.#isGone) return true;
    const hasInput = this.#stash !== null || this.#isEnded;
    return (
      ((this.#events & READABLE) !== 0 && hasInput) ||
      ((this.#events & WRITABLE) !== 0 && this.#unsentBytes === 0) ||
      ((this.#events & HANGUP) !== 0 && this.#isEnded)
    );
  }
}
