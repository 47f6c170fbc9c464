/**
 * Finds requests in the bytes of a connection, however they are cut. It touches nothing but bytes.
 *
 * @module
 */
import { ChunkedBody } from './chunked-body.ts';
import { parseHead, type RequestHead } from './request-head.ts';

/** The most bytes that the head of a request may have: a Kerberos token alone takes up to 48,000. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** What comes next on a connection. */
export type RequestPart =
  | { readonly kind: 'head'; readonly head: RequestHead }
  /** A part of a body with a declared length; the bytes are valid until the next call. */
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** The request is whole. */
  | { readonly kind: 'end' }
  /** It is not HTTP, and nothing that follows can be read. */
  | { readonly kind: 'malformed' };

const END: RequestPart = { kind: 'end' };
const MALFORMED: RequestPart = { kind: 'malformed' };
const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');
const [CR, LF, TAB, BLANK, DELETE, A, Z] = [0x0d, 0x0a, 0x09, 0x20, 0x7f, 0x41, 0x5a];

type Place =
  /** Between requests, or within a head. */
  | { readonly kind: 'head' }
  | { readonly kind: 'length'; left: number }
  | { readonly kind: 'chunks'; readonly body: ChunkedBody }
  | { readonly kind: 'malformed' };

const IN_HEAD: Place = { kind: 'head' };

export class RequestParser {
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** Up to where the unread part of a head was looked through. */
  #seen = 0;
  /** Whether `#bytes` is the beginning of `#memory`, and not of memory that changes after `keep`. */
  #isOwn = false;
  #memory: Buffer = NOTHING;
  #place: Place = IN_HEAD;

  /** True from the first byte of a request until its last. */
  get isWithinRequest(): boolean {
    return this.#place !== IN_HEAD || this.#at < this.#bytes.length;
  }

  /** True where bytes are left that `next` has not returned yet. */
  get hasUnread(): boolean {
    return this.#at < this.#bytes.length;
  }

  /** How much memory the bytes take that `next` has not returned yet. */
  get heldBytes(): number {
    return this.#isOwn && this.hasUnread ? this.#memory.length : 0;
  }

  /** Adds what was read; the bytes must stay as they are until `keep`. */
  push(bytes: Buffer): void {
    if (this.#at === this.#bytes.length) {
      this.#bytes = bytes;
      this.#isOwn = false;
      this.#at = 0;
      this.#seen = 0;
    } else {
      this.#append(bytes);
    }
  }

  /** Copies what is not used up, so that the pushed bytes may change. */
  keep(): void {
    if (this.#at === this.#bytes.length) {
      this.#bytes = NOTHING;
      this.#memory = NOTHING;
      this.#isOwn = false;
      this.#at = 0;
      this.#seen = 0;
    } else if (!this.#isOwn) {
      this.#append(NOTHING);
    }
  }

  /** Own memory doubles, so that a head that comes byte by byte is not copied for each of them. */
  #append(bytes: Buffer): void {
    const length = this.#bytes.length + bytes.length;
    if (!this.#isOwn || length > this.#memory.length) {
      const left = this.#bytes.subarray(this.#at);
      const needed = left.length + bytes.length;
      const comfortable = Math.min(2 * needed, MAX_HEAD_BYTES);
      this.#memory = Buffer.allocUnsafeSlow(this.#isOwn ? Math.max(needed, comfortable) : needed);
      left.copy(this.#memory);
      this.#bytes = this.#memory.subarray(0, left.length);
      this.#seen = Math.max(0, this.#seen - this.#at);
      this.#at = 0;
      this.#isOwn = true;
    }
    bytes.copy(this.#memory, this.#bytes.length);
    this.#bytes = this.#memory.subarray(0, this.#bytes.length + bytes.length);
  }

  /** The next part of a request, or null before more bytes have come. */
  next(): RequestPart | null {
    switch (this.#place.kind) {
      case 'head':
        return this.#nextHead();
      case 'length':
        return this.#nextBytes(this.#place);
      case 'chunks':
        return this.#skipChunks(this.#place.body);
      case 'malformed':
        return null;
    }
  }

  #nextHead(): RequestPart | null {
    const bytes = this.#bytes;
    // Blank lines before a request are skipped (RFC 9112, 2.2).
    while (bytes[this.#at] === CR || bytes[this.#at] === LF) this.#at += 1;
    if (this.#at === bytes.length) return null;
    const end = bytes.indexOf(HEAD_END, Math.max(this.#at, this.#seen));
    const length = (end < 0 ? bytes.length : end + HEAD_END.length) - this.#at;
    if (length > MAX_HEAD_BYTES) return this.#refuse();
    if (end < 0) {
      if (!this.#mayBecomeHead()) return this.#refuse();
      this.#seen = Math.max(this.#at, bytes.length - HEAD_END.length + 1);
      return null;
    }
    const head = parseHead(bytes.toString('latin1', this.#at, end));
    if (head === null) return this.#refuse();
    this.#at = end + HEAD_END.length;
    this.#place = head.isChunked
      ? { kind: 'chunks', body: new ChunkedBody() }
      : { kind: 'length', left: head.contentLength ?? 0 };
    return { kind: 'head', head };
  }

  /** Input that is not HTTP may have no end: it is recognized by its first bytes, or by a bare line end. */
  #mayBecomeHead(): boolean {
    const bytes = this.#bytes;
    const first = bytes[this.#at] ?? 0;
    if (first < A || first > Z) return false;
    for (let at = Math.max(this.#at, this.#seen); at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (
        byte === LF ? bytes[at - 1] !== CR : byte === DELETE || (byte < BLANK && byte !== CR && byte !== TAB)
      )
        return false;
    }
    return true;
  }

  #nextBytes(place: { left: number }): RequestPart | null {
    if (place.left === 0) return this.#end();
    if (this.#at === this.#bytes.length) return null;
    const bytes = this.#bytes.subarray(this.#at, this.#at + place.left);
    this.#at += bytes.length;
    place.left -= bytes.length;
    return { kind: 'body', bytes };
  }

  #skipChunks(body: ChunkedBody): RequestPart | null {
    const { consumed, state } = body.skip(this.#bytes.subarray(this.#at));
    this.#at += consumed;
    if (state === 'malformed') return this.#refuse();
    return state === 'ended' ? this.#end() : null;
  }

  #end(): RequestPart {
    this.#place = IN_HEAD;
    this.#seen = this.#at;
    return END;
  }

  #refuse(): RequestPart {
    this.#place = { kind: 'malformed' };
    return MALFORMED;
  }
}
