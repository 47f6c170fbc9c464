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

export interface WindowOfBytes {
  add(bytes: Uint8Array): void;
  /** What was kept, where it begins, and how many bytes there were in all. */
  get(): { readonly bytes: Uint8Array; readonly begin: number; readonly size: number };
}

/** Keeps a part of a stream of bytes. @param offset a negative one counts from their end */
export function windowOfBytes(offset: number, length: number): WindowOfBytes {
  let pieces: Uint8Array[] = [];
  /** Position of the first byte of the pieces. */
  let begin = 0;
  let size = 0;
  const drop = (count: number): void => {
    for (let [first] = pieces; first !== undefined && count >= first.length; [first] = pieces) {
      pieces = pieces.slice(1);
      begin += first.length;
      count -= first.length;
    }
  };
  return {
    add: (bytes) => {
      const isBehind = offset >= 0 && size >= offset + length;
      if (!isBehind) pieces.push(bytes);
      size += bytes.length;
      const first = offset >= 0 ? offset : size + offset;
      if (!isBehind) drop(Math.max(0, first - begin));
    },
    get: () => {
      const kept = joined(pieces);
      const first = Math.min(offset >= 0 ? offset : Math.max(0, size + offset), size);
      const from = Math.max(0, first - begin);
      const bytes = kept.subarray(from, from + length);
      return { bytes, begin: begin + from, size };
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
