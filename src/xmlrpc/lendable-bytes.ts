/**
 * The bytes of an answer that is sent repeatedly. They change in place while no connection is sending them.
 *
 * Why in place: the kernel maps new memory page by page, which for the states of 10,000 processes (12 MB) takes ten times
 * as long as the update of what has changed (docs/performance-notes.md, Answering requests).
 *
 * @module
 */

export class LendableBytes {
  readonly #memory: Buffer;
  #length: number;
  #borrowers = 0;

  /** Takes ownership of the memory; the part behind the length is room to grow, and costs nothing until it is written to. */
  constructor(memory: Buffer, length: number) {
    this.#memory = memory;
    this.#length = length;
  }

  /** Number of bytes by which it can grow. */
  get room(): number {
    return this.#memory.length - this.#length;
  }

  /** A view, which sees every change but those of the length. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Keeps the bytes unchanged until the returned function is called, once; `writable` returns a copy until then. */
  lend(): () => void {
    this.#borrowers += 1;
    return () => {
      this.#borrowers -= 1;
    };
  }

  /** These bytes, or a copy with as much room while they are lent. */
  writable(): LendableBytes {
    if (this.#borrowers === 0) return this;
    const memory = Buffer.allocUnsafeSlow(this.#memory.length);
    return new LendableBytes(memory, this.bytes.copy(memory));
  }

  /**
   * Replaces a number of bytes by a text; the bytes behind them move.
   *
   * @returns the growth in bytes, for which there must be `room`
   */
  replace(start: number, length: number, text: string): number {
    const growth = Buffer.byteLength(text) - length;
    if (growth > this.room) throw new RangeError(`${growth} bytes more than the room`);
    if (growth !== 0) this.#memory.copyWithin(start + length + growth, start + length, this.#length);
    this.#memory.write(text, start);
    this.#length += growth;
    return growth;
  }
}
