/**
 * Reads one HTTP response as it comes in: the head, then the body by its length, in chunks, or up to the end.
 * `node:http` does that too, and takes longer to load than a whole `status` may last.
 *
 * @module
 */
import { BadAnswerError } from './trouble.ts';

export interface ResponseListener {
  /** The status line has come; body parts follow. */
  head(status: number, reason: string): void;
  /** A part of the body; the bytes are valid during the call. */
  body(part: Buffer): void;
  /** The response is complete. */
  done(): void;
}

/** A longer head is an error. */
const MAX_HEAD_BYTES = 65_536;

type Framing =
  | { readonly kind: 'until-close' }
  | { readonly kind: 'length'; left: number }
  | { readonly kind: 'chunks'; left: number; state: 'size' | 'data' | 'after-data' | 'trailer' };

/** Feeds a listener with what the bytes mean. */
export class ResponseReader {
  readonly #listener: ResponseListener;
  #pending: Buffer = Buffer.alloc(0);
  #framing: Framing | null = null;
  #isDone = false;

  constructor(listener: ResponseListener) {
    this.#listener = listener;
  }

  /** True once the response is complete. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** True once the status line and the headers have been read. */
  get hasHead(): boolean {
    return this.#framing !== null;
  }

  /** Takes bytes in. @throws BadAnswerError where they are not HTTP */
  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (this.#framing === null) this.#readHead();
    if (this.#framing !== null) this.#readBody(this.#framing);
  }

  /** The connection has ended. @throws BadAnswerError when that is too early */
  end(): void {
    if (this.#isDone) return;
    if (this.#framing === null && this.#pending.length === 0) {
      throw new BadAnswerError('closed the connection before it answered');
    }
    if (this.#framing?.kind !== 'until-close')
      throw new BadAnswerError('broke off in the middle of its answer');
    this.#finish();
  }

  #readHead(): void {
    const text = this.#pending.toString('latin1', 0, MAX_HEAD_BYTES + 4);
    const start = /^(?:\r?\n)*/.exec(text)?.[0].length ?? 0;
    const end = /\r?\n\r?\n/.exec(text.slice(start));
    if (!'HTTP/'.startsWith(text.slice(start, start + 5)) || (end === null && text.length > MAX_HEAD_BYTES)) {
      throw new BadAnswerError('does not speak HTTP; is this a supervisord?');
    }
    if (end === null) return;
    const [statusLine = '', ...headers] = text.slice(start, start + end.index).split(/\r?\n/);
    const status = /^HTTP\/\S+\s+(\d{3})(?:\s+(.*))?$/.exec(statusLine);
    if (status === null) throw new BadAnswerError('does not speak HTTP; is this a supervisord?');
    this.#pending = this.#pending.subarray(start + end.index + end[0].length);
    if (status[1] === '100') {
      this.#readHead();
      return;
    }
    this.#framing = framingOf(headers);
    this.#listener.head(Number(status[1]), status[2] ?? '');
  }

  #readBody(framing: Framing): void {
    if (this.#isDone) return;
    if (framing.kind === 'chunks') {
      while (!this.#isDone && this.#readChunkPart(framing));
      return;
    }
    const count =
      framing.kind === 'length' ? Math.min(framing.left, this.#pending.length) : this.#pending.length;
    this.#take(count);
    if (framing.kind === 'length') {
      framing.left -= count;
      if (framing.left === 0) this.#finish();
    }
  }

  /** False when more bytes are needed. */
  #readChunkPart(framing: Framing & { kind: 'chunks' }): boolean {
    if (framing.state === 'data') {
      const count = Math.min(framing.left, this.#pending.length);
      if (count === 0) return false;
      this.#take(count);
      framing.left -= count;
      if (framing.left === 0) framing.state = 'after-data';
      return true;
    }
    const lineEnd = this.#pending.indexOf('\n');
    if (lineEnd < 0) return false;
    const line = this.#pending.toString('latin1', 0, lineEnd).trim();
    this.#pending = this.#pending.subarray(lineEnd + 1);
    if (framing.state === 'after-data') framing.state = 'size';
    else if (framing.state === 'trailer') {
      if (line === '') this.#finish();
    } else {
      const digits = /^[0-9a-f]+/i.exec(line)?.[0];
      if (digits === undefined)
        throw new BadAnswerError('broke the rules of HTTP in the middle of its answer');
      framing.left = Number.parseInt(digits, 16);
      framing.state = framing.left === 0 ? 'trailer' : 'data';
    }
    return true;
  }

  #take(count: number): void {
    if (count === 0) return;
    this.#listener.body(this.#pending.subarray(0, count));
    this.#pending = this.#pending.subarray(count);
  }

  #finish(): void {
    this.#isDone = true;
    this.#listener.done();
  }
}

function framingOf(headers: readonly string[]): Framing {
  let length: number | null = null;
  for (const header of headers) {
    const [name = '', value = ''] = header.split(/:(.*)/s, 2);
    const lower = name.toLowerCase();
    if (lower === 'transfer-encoding' && value.trim().toLowerCase() === 'chunked') {
      return { kind: 'chunks', left: 0, state: 'size' };
    }
    if (lower === 'content-length' && /^\s*\d+\s*$/.test(value)) length = Number(value);
  }
  return length === null ? { kind: 'until-close' } : { kind: 'length', left: length };
}
