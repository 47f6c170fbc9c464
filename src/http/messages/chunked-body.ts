/**
 * A body in chunks, read only to find its end: no method takes one (it is answered 411).
 *
 * @module
 */

/** Longest size, or line after the last chunk, that is read. */
const MAX_LINE_BYTES = 1024;
const MAX_TRAILER_BYTES = 16 * 1024;

const CRLF = Buffer.from('\r\n');
/** Sizes have at most eight digits, which is 4 GB in one chunk. Extensions are skipped. */
const SIZE_LINE = /^([0-9a-f]{1,8})[ \t]*(?:;[\t -~\x80-\xff]*)?$/i;
/** A header after the last chunk. Another server could find another end of the request in a line with a bare CR. */
const TRAILER_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*$/;

export type ChunkedBodyState = 'more' | 'ended' | 'malformed';

export class ChunkedBody {
  #expects: 'size' | 'data' | 'end of data' | 'trailer' = 'size';
  #dataBytes = 0;
  #trailerBytes = 0;

  /**
   * Consumes what can be consumed.
   *
   * @returns how many bytes were, and whether the body goes on
   */
  skip(bytes: Buffer): { readonly consumed: number; readonly state: ChunkedBodyState } {
    let at = 0;
    for (;;) {
      if (this.#expects === 'data') {
        const taken = Math.min(this.#dataBytes, bytes.length - at);
        at += taken;
        this.#dataBytes -= taken;
        if (this.#dataBytes > 0) return { consumed: at, state: 'more' };
        this.#expects = 'end of data';
      }
      const end = bytes.indexOf(CRLF, at);
      const length = (end < 0 ? bytes.length : end) - at;
      if (length > MAX_LINE_BYTES) return { consumed: at, state: 'malformed' };
      if (end < 0) return { consumed: at, state: 'more' };
      const state = this.#line(bytes.toString('latin1', at, end));
      at = end + CRLF.length;
      if (state !== 'more') return { consumed: at, state };
    }
  }

  #line(line: string): ChunkedBodyState {
    switch (this.#expects) {
      case 'size': {
        const [, digits] = SIZE_LINE.exec(line) ?? [];
        if (digits === undefined) return 'malformed';
        this.#dataBytes = Number.parseInt(digits, 16);
        this.#expects = this.#dataBytes === 0 ? 'trailer' : 'data';
        return 'more';
      }
      case 'trailer':
        if (line === '') return 'ended';
        if (!TRAILER_LINE.test(line)) return 'malformed';
        this.#trailerBytes += line.length;
        return this.#trailerBytes > MAX_TRAILER_BYTES ? 'malformed' : 'more';
      default:
        this.#expects = 'size';
        return line === '' ? 'more' : 'malformed';
    }
  }
}
