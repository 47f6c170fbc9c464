/**
 * A request as its handler sees it, while its body may still be coming.
 *
 * @module
 */
import type { HttpRequest } from './exchange.ts';
import type { RequestHead } from './request-head.ts';

const NOTHING = Buffer.alloc(0);

export class IncomingRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly contentLength: number | null;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean;
  #onBody: ((bytes: Buffer) => void) | null = null;
  /** What has arrived of the body, in memory that grows with it: a declared length is not trusted. */
  #memory: Buffer = NOTHING;
  #bodyBytes = 0;

  constructor(head: RequestHead) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.contentLength = head.contentLength;
    this.expectsContinue = head.isHttp11 && head.headers.get('expect')?.toLowerCase() === '100-continue';
  }

  /** How much memory the part of the body takes that has arrived. */
  get heldBytes(): number {
    return this.#memory.length;
  }

  readBody(callback: (bytes: Buffer) => void): void {
    this.#onBody = callback;
  }

  /** Adds a part of the body; all parts together are not longer than was declared. */
  add(bytes: Buffer): void {
    if (this.#onBody === null) return;
    const length = this.#bodyBytes + bytes.length;
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(Math.max(length, 2 * this.#memory.length), this.contentLength ?? 0),
      );
      this.#memory.copy(larger, 0, 0, this.#bodyBytes);
      this.#memory = larger;
    }
    bytes.copy(this.#memory, this.#bodyBytes);
    this.#bodyBytes = length;
  }

  complete(): void {
    const callback = this.#onBody;
    const body = this.#memory.subarray(0, this.#bodyBytes);
    this.#onBody = null;
    this.#memory = NOTHING;
    callback?.(body);
  }
}
