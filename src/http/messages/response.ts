/**
 * The answer to one request, as handlers give it: whole, or in pieces as they come.
 *
 * @module
 */
import type { RequestHead } from './request-head.ts';

/** The statuses that this server answers with, and their reasons. */
export const REASONS = {
  200: 'OK',
  206: 'Partial Content',
  301: 'Moved Permanently',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type Status = keyof typeof REASONS;

export type Headers = Readonly<Record<string, string | number>>;

/** The name of the reference's HTTP server; some tools check it. */
const SERVER = 'Medusa/1.12';

/** A stream pauses while the client has this many bytes still to read. */
const ENOUGH_BYTES = 64 * 1024;

/** The connection as an answer needs it. */
export interface AnswerWire {
  /** Bytes that are sent, or kept until the client takes them. */
  send(before: string, bytes?: Buffer, after?: string): void;
  readonly waitingBytes: number;
  /** The answer is complete. @param endsConnection whether the end of the connection is its end */
  answered(endsConnection: boolean): void;
  /** Closes the connection at once. */
  abort(): void;
}

export class Response {
  readonly #wire: AnswerWire;
  readonly #head: RequestHead;
  #place: 'head' | 'body' | 'ended' | 'gone' = 'head';
  #keepsAlive: boolean;
  readonly #hasBody: boolean;
  #isChunked = false;
  #onGone: (() => void)[] = [];
  #onDrain: (() => void) | null = null;
  #onSent: (() => void) | null = null;

  constructor(wire: AnswerWire, head: RequestHead) {
    this.#wire = wire;
    this.#head = head;
    this.#keepsAlive = head.keepsAlive;
    this.#hasBody = head.method !== 'HEAD';
  }

  get isBegun(): boolean {
    return this.#place !== 'head';
  }

  /** It comes in pieces, and has not ended. */
  get isStream(): boolean {
    return this.#place === 'body';
  }

  /** Answers with a whole body, or with none at all, not even an empty one. */
  send(status: Status, headers: Headers, body: Buffer | null): void {
    if (this.#place !== 'head') return;
    if ('Connection' in headers) this.#keepsAlive = false;
    const length = body === null ? '' : `Content-Length: ${body.length}\r\n`;
    const head = this.#headText(status, headers, length);
    const isShown = body !== null && this.#hasBody;
    this.#place = 'ended';
    if (isShown) this.#wire.send(head, body);
    else this.#wire.send(head);
    this.#end();
  }

  /**
   * Begins an answer that comes in pieces. Without a length it is in chunks, or up to the end of the connection for a client
   * before HTTP/1.1. The answer to HEAD has the same head and ends with it: nothing is to be written then.
   *
   * @param length of the body in bytes, where it is known: exactly this is to be written, or the answer aborted
   */
  begin(status: Status, headers: Headers, length: number | null = null): void {
    if (this.#place !== 'head') return;
    this.#isChunked = length === null && this.#head.isHttp11;
    if (length === null && !this.#isChunked) this.#keepsAlive = false;
    this.#place = this.#hasBody ? 'body' : 'ended';
    const framing =
      length === null
        ? this.#isChunked
          ? 'Transfer-Encoding: chunked\r\n'
          : ''
        : `Content-Length: ${length}\r\n`;
    this.#wire.send(this.#headText(status, headers, framing));
    if (!this.#hasBody) this.#end();
  }

  /**
   * The next piece after `begin`; the bytes must not change any more.
   *
   * @returns false where the client is behind: the next one should wait for `onDrain`
   */
  write(bytes: Buffer): boolean {
    if (this.#place !== 'body') return false;
    if (bytes.length > 0) {
      if (this.#isChunked) this.#wire.send(`${bytes.length.toString(16)}\r\n`, bytes, '\r\n');
      else this.#wire.send('', bytes);
    }
    return this.#wire.waitingBytes < ENOUGH_BYTES;
  }

  /** Ends what `begin` began. */
  end(): void {
    if (this.#place !== 'body') return;
    this.#place = 'ended';
    if (this.#isChunked) this.#wire.send('0\r\n\r\n');
    this.#end();
  }

  /** Closes the connection at once, so that the client does not take what was sent for a whole answer. */
  abort(): void {
    this.#wire.abort();
  }

  /** Calls the listener if the connection closes before the answer is complete. */
  onGone(listener: () => void): void {
    if (this.#place === 'gone') listener();
    else if (this.#place !== 'ended') this.#onGone.push(listener);
  }

  /** Calls the listener once the answer, which must be yet to come, has been sent, or cannot be any more. */
  onSent(listener: () => void): void {
    if (this.#place === 'gone') listener();
    else this.#onSent = listener;
  }

  /** Calls the listener whenever the client has taken what was written. */
  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  /** The connection's side: all that was written is out. */
  drained(): void {
    if (this.#place === 'body') this.#onDrain?.();
    else if (this.#place === 'ended') this.#sent();
  }

  /** The connection's side: it is closed. */
  gone(): void {
    const listeners = this.#place === 'ended' ? [] : this.#onGone;
    this.#place = 'gone';
    this.#onGone = [];
    for (const listener of listeners) listener();
    this.#sent();
  }

  #end(): void {
    this.#onGone = [];
    if (this.#wire.waitingBytes === 0) this.#sent();
    this.#wire.answered(!this.#keepsAlive);
  }

  #sent(): void {
    const listener = this.#onSent;
    this.#onSent = null;
    listener?.();
  }

  /** A connection that stays open is not mentioned, as usual in HTTP/1.1. */
  #headText(status: Status, headers: Headers, framing: string): string {
    const stays = this.#head.isHttp11 ? '' : 'Connection: Keep-Alive\r\n';
    return headText(status, headers, framing, this.#keepsAlive ? stays : 'Connection: close\r\n');
  }
}

/** The head of an answer, with the headers that all have in common. @param more whole lines */
export function headText(status: Status, headers: Headers, ...more: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${REASONS[status]}\r\nServer: ${SERVER}\r\n`;
  for (const name in headers) {
    if (name !== 'Connection') text += `${name}: ${onOneLine(headers[name])}\r\n`;
  }
  return `${text}Date: ${httpDate()}\r\n${more.join('')}\r\n`;
}

const UNFIT = /[^\t -~\x80-\xff]/g;

/** No value may begin a header of its own, wherever it comes from. */
function onOneLine(value: string | number | undefined): string {
  return String(value).replace(UNFIT, '?');
}

let datedSecond = Number.NaN;
let date = '';

/** The time as HTTP writes it, made anew when the second changes. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== datedSecond) {
    datedSecond = second;
    date = new Date(second * 1000).toUTCString();
  }
  return date;
}
