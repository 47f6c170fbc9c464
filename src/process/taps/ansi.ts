/**
 * Removes ANSI escape sequences from program output (`strip_ansi=`).
 *
 * @module
 */

import type { OutputTap } from './output-tap.ts';

const ESCAPE = 0x1b;
const BRACKET = 0x5b;
const TERMINATORS: ReadonlySet<number> = new Set(Buffer.from('HfABCDRsuJKhlpm'));

/** One output channel's stripper: a sequence may be split over any number of chunks. */
export class AnsiStripper implements OutputTap {
  #state: 'text' | 'escape' | 'sequence' = 'text';

  /** Returns the chunk without the bytes of escape sequences. */
  take(chunk: Buffer): Buffer {
    if (this.#state === 'text' && !chunk.includes(ESCAPE)) {
      return chunk;
    }
    const kept = Buffer.allocUnsafe(chunk.length + 1);
    let length = 0;
    for (const byte of chunk) {
      if (this.#state === 'text') {
        if (byte === ESCAPE) {
          this.#state = 'escape';
        } else {
          kept[length++] = byte;
        }
      } else if (this.#state === 'escape') {
        if (byte === BRACKET) {
          this.#state = 'sequence';
        } else {
          kept[length++] = ESCAPE;
          if (byte !== ESCAPE) {
            kept[length++] = byte;
            this.#state = 'text';
          }
        }
      } else if (TERMINATORS.has(byte)) {
        this.#state = 'text';
      }
    }
    return kept.subarray(0, length);
  }

  /** What is held back because a sequence might have begun; called when the channel ends. */
  end(): Buffer {
    const held = this.#state === 'escape' ? Buffer.of(ESCAPE) : Buffer.alloc(0);
    this.#state = 'text';
    return held;
  }
}
