/**
 * Bytes of a log at the ends of lines and of characters.
 *
 * @module
 */

const LINE_END = 10;

/** What stands before the first whole line: the rest of a line that began earlier. 0 where no line begins. */
export function bytesBeforeLine(bytes: Uint8Array): number {
  return bytes.indexOf(LINE_END) + 1;
}

/** Decodes pieces that follow each other: a character may be in two of them. */
export class PieceDecoder {
  #decoder = new TextDecoder();

  text(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  restart(): void {
    this.#decoder = new TextDecoder();
  }
}
