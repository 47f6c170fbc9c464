/**
 * The bytes that are sent on a connection: written at once as far as the kernel takes them, the rest as the client reads.
 *
 * @module
 */
import { constants } from 'node:os';
import type { Wire } from './wire.ts';

/** `waiting`: some bytes are kept until the descriptor can be written; `broken`: the client is gone. */
export type OutputState = 'sent' | 'waiting' | 'broken';

const NOTHING = Buffer.alloc(0);

/**
 * The head of an answer and the beginning of its body leave in one write, from here: a client is woken once, and two
 * calls into the kernel cost more than the copy does.
 */
const together = Buffer.allocUnsafeSlow(96 * 1024);

export class Output {
  readonly #wire: Pick<Wire, 'write' | 'unsentBytes'>;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isBroken = false;

  constructor(wire: Pick<Wire, 'write' | 'unsentBytes'>) {
    this.#wire = wire;
  }

  get isWaiting(): boolean {
    return this.waitingBytes > 0;
  }

  /** How much the client has yet to take, in bytes. */
  get waitingBytes(): number {
    return this.#waitingBytes + this.#wire.unsentBytes;
  }

  /**
   * Sends text, then bytes, which must not change while something waits, and text again.
   *
   * @param before latin1, shorter than 32 KB
   * @param after latin1, a few bytes
   */
  write(before: string, bytes: Buffer = NOTHING, after = ''): OutputState {
    if (this.#isBroken) return 'broken';
    if (this.isWaiting) {
      this.#keep(Buffer.from(before, 'latin1'));
      this.#keep(bytes);
      this.#keep(Buffer.from(after, 'latin1'));
      return 'waiting';
    }
    const start = together.write(before, 0, 'latin1');
    const copied = bytes.copy(together, start, 0, together.length - start - after.length);
    const isWhole = copied === bytes.length;
    const total = start + copied + (isWhole ? together.write(after, start + copied, 'latin1') : 0);
    const written = this.#send(together.subarray(0, total));
    if (written < total) this.#keep(Buffer.from(together.subarray(written, total)));
    if (!isWhole) {
      this.#keep(bytes.subarray(copied));
      this.#keep(Buffer.from(after, 'latin1'));
    }
    return this.#waiting.length === 0 && !this.#isBroken ? 'sent' : this.flush();
  }

  /** Goes on sending what waits. */
  flush(): OutputState {
    while (this.#waiting[0] !== undefined && !this.#isBroken) {
      const first = this.#waiting[0];
      const written = this.#send(first);
      this.#waitingBytes -= written;
      if (written < first.length) {
        this.#waiting[0] = first.subarray(written);
        return this.#isBroken ? 'broken' : 'waiting';
      }
      this.#waiting.shift();
    }
    return this.#isBroken ? 'broken' : 'sent';
  }

  /** Forgets what waits; nothing is sent any more. */
  close(): void {
    this.#isBroken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #send(bytes: Buffer): number {
    const written = this.#wire.write(bytes, 0, bytes.length);
    if (written >= 0) return written;
    if (written !== -constants.errno.EAGAIN) this.close();
    return 0;
  }
}
