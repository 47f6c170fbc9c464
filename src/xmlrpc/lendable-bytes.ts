/**
 * Bytes that are sent as they are, again and again, and change in place while nobody is sending them.
 *
 * Why in place: the system finds new memory page by page, which for the states of 10,000 processes (12 MB) takes ten
 * times as long as writing over what has changed in them (docs/performance.md, Answering requests).
 *
 * @module
 */

export class LendableBytes {
  readonly #memory: Buffer;
  #length: number;
  #borrowers = 0;

  /** Takes the memory over; what is behind the length is room to grow, and costs nothing while it is not written to. */
  constructor(memory: Buffer, length: number) {
    this.#memory = memory;
    this.#length = length;
  }

  /** By how many bytes it can grow. */
  get room(): number {
    return this.#memory.length - this.#length;
  }

  /** A view, which sees every change but those of the length. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Lends the bytes as they are: until the function that is returned is called, once, `writable` gives others. */
  lend(): () => void {
    this.#borrowers += 1;
    return () => {
      this.#borrowers -= 1;
    };
  }

  /** These, where nobody has borrowed them, else a copy of them with as much room. */
  writable(): LendableBytes {
    if (this.#borrowers === 0) return this;
    const memory = Buffer.allocUnsafeSlow(this.#memory.length);
    return new LendableBytes(memory, this.bytes.copy(memory));
  }

  /**
   * Puts a text in the place of so many bytes; what stands behind them moves.
   *
   * @returns how much longer the bytes are than before; for growth there must be `room`
   */
  replace(start: number, length: number, text: string): number {
    const growth = Buffer.byteLength(text) - length;
    if (growth > this.room) throw new RangeError(`${growth} bytes more than there is room for`);
    if (growth !== 0) this.#memory.copyWithin(start + length + growth, start + length, this.#length);
    this.#memory.write(text, start);
    this.#length += growth;
    return growth;
  }
}
