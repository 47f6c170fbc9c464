/**
 * What a pipe, a terminal or a socket does not take at once.
 *
 * @module
 */

/** Most that is kept for a reader that does not read, in bytes. */
export const MAX_BACKLOG_BYTES = 1024 * 1024;

/** A queue of chunks, bounded: once it had to refuse one it takes nothing more until it has run empty. */
export class Backlog {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isRefusing = false;

  get bytes(): number {
    return this.#bytes;
  }

  /** What is to be written next, or undefined when nothing waits. */
  get head(): Buffer | undefined {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  /** Queues a whole chunk; false if there is no room for it. The chunk is copied. */
  offer(chunk: Buffer): boolean {
    if (this.#isRefusing || this.#bytes + chunk.length > MAX_BACKLOG_BYTES) {
      this.#isRefusing = this.#bytes > 0;
      return false;
    }
    this.keep(chunk);
    return true;
  }

  /** Queues the rest of a chunk of which a part is written already, whatever its size, so that no line is cut. */
  keep(rest: Buffer): void {
    this.#chunks.push(Buffer.from(rest));
    this.#bytes += rest.length;
  }

  /** Forgets the first bytes of the head: they are written. */
  consume(count: number): void {
    const head = this.#chunks[0];
    if (head === undefined) return;
    this.#bytes -= count;
    if (count < head.length) this.#chunks[0] = head.subarray(count);
    else this.#chunks.shift();
    if (this.#bytes === 0) this.#isRefusing = false;
  }

  /** Forgets everything; returns how many bytes that were. */
  clear(): number {
    const lost = this.#bytes;
    this.#chunks.length = 0;
    this.#bytes = 0;
    this.#isRefusing = false;
    return lost;
  }
}
