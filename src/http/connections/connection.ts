/**
 * One connection of a client: reads its requests, one after the other, and sends it the answers.
 *
 * A request that follows is looked at when the one before it is answered, so a client that sends without reading
 * is held up by its own socket.
 *
 * @module
 */
import { constants } from 'node:os';
import { GONE, HANGUP, READABLE, WRITABLE } from '../../native/posix.ts';
import type { HttpRequest, Peer } from '../messages/exchange.ts';
import { IncomingRequest } from '../messages/incoming-request.ts';
import { rawError } from '../messages/replies.ts';
import type { RequestHead } from '../messages/request-head.ts';
import { RequestParser, type RequestPart } from '../messages/request-parser.ts';
import { type AnswerWire, Response } from '../messages/response.ts';
import { Output, type OutputState } from './output.ts';
import type { Wire } from './wire.ts';

/** How long a new client that cannot be handed over is expected to send its request, in milliseconds. */
const EXPECTED_MS = 1000;
/** How long a client that was refused may go on sending, in milliseconds. */
const LINGER_MS = 2000;

/** All connections read into one buffer: what is not used up at once is copied. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

const { EAGAIN, EINTR } = constants.errno;

/** What a connection has around it. */
export interface ConnectionHost {
  /** How long a request waits before it is answered, in milliseconds; mostly 0. */
  delayMs(request: HttpRequest, peer: Peer): number;
  /** Answers a request, now or later. @returns whether authentication accepted it */
  answer(request: HttpRequest, response: Response, peer: Peer): boolean;
  /** Runs a part of a handler; what it throws is logged, and answered if nothing else was. */
  attempt(response: Response, act: () => void): void;
  /** A request is whole. */
  requested(connection: Connection): void;
  /** The connection was handled: its place among the clients may have changed. */
  moved(connection: Connection): void;
  /** The connection is over. */
  closed(connection: Connection): void;
}

interface Exchange {
  readonly request: IncomingRequest;
  readonly response: Response;
}

export class Connection implements AnswerWire {
  readonly #wire: Wire;
  readonly #host: ConnectionHost;
  readonly #output: Output;
  readonly #parser = new RequestParser();
  readonly #openedAtMs = performance.now();
  #exchange: Exchange | null = null;
  /** All of the request has come. */
  #isWhole = false;
  #isAnswered = false;
  #endsAfterAnswer = false;
  #hasAsked = false;
  #isGranted = false;
  #isKnown = false;
  /** `held` while the request that has begun waits before it is answered. */
  #place: 'open' | 'held' | 'lingering' | 'closed' = 'open';
  #isAtWork = false;
  #watched = 0;
  /** Ends `held` or `lingering`. */
  #timer: NodeJS.Timeout | null = null;

  constructor(wire: Wire, host: ConnectionHost) {
    this.#wire = wire;
    this.#host = host;
    this.#output = new Output(wire);
  }

  /** The descriptor for a hand-over; null if the connection cannot be handed over. */
  get descriptor(): number | null {
    return this.#wire.descriptor;
  }

  /** It has sent a whole request that authentication accepted. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** No request is under way. */
  get isIdle(): boolean {
    return this.#exchange === null && !this.#parser.isWithinRequest && !this.#output.isWaiting;
  }

  /** Its request waits before it is answered: its address has many failed logins. */
  get isHeld(): boolean {
    return this.#place === 'held';
  }

  /** A new client of TLS is about to send its first request. The connection cannot be handed over to another program. */
  get isExpected(): boolean {
    const isNew = !this.#hasAsked && performance.now() - this.#openedAtMs < EXPECTED_MS;
    return isNew && this.#wire.descriptor === null;
  }

  /** The answer has no end: the client follows a log. */
  get isFollowing(): boolean {
    return this.#exchange?.response.isStream ?? false;
  }

  /** The first request, or the rest of one, is still to come. */
  get isAwaited(): boolean {
    if (this.#exchange !== null) return !this.#isWhole;
    return this.#parser.isWithinRequest || !this.#hasAsked;
  }

  /** An answer is complete, and the client has not taken all of it. */
  get isBeingSent(): boolean {
    return this.#output.isWaiting && (this.#exchange === null || this.#isAnswered);
  }

  get heldBytes(): number {
    return this.#parser.heldBytes + (this.#exchange?.request.heldBytes ?? 0);
  }

  get waitingBytes(): number {
    return this.#output.waitingBytes;
  }

  /** One of the watched events has occurred: the descriptor is readable, writable or closed. */
  ready(): void {
    this.#work(() => {
      if (this.#watched === WRITABLE) this.#sendOn();
      else if (this.#watched !== READABLE && this.#watched !== 0) this.close();
      else this.#read();
    });
  }

  send(before: string, bytes?: Buffer, after?: string): void {
    this.#work(() => this.#sent(this.#output.write(before, bytes, after)));
  }

  answered(endsConnection: boolean): void {
    this.#work(() => {
      this.#isAnswered = true;
      if (endsConnection) this.#endsAfterAnswer = true;
    });
  }

  abort(): void {
    this.close();
  }

  /** Closes the connection at once; the answer that is under way ends. */
  close(): void {
    if (this.#place === 'closed') return;
    this.#place = 'closed';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#output.close();
    this.#wire.close();
    this.#host.closed(this);
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.response.gone();
  }

  /**
   * Runs the action and then updates the connection. Handlers may answer during the action; only the outermost call
   * updates.
   */
  #work(act: () => void): void {
    if (this.#place === 'closed') return;
    if (this.#isAtWork) {
      act();
      return;
    }
    this.#isAtWork = true;
    try {
      act();
      this.#goOn();
    } finally {
      this.#isAtWork = false;
      this.#settle();
    }
  }

  #read(): void {
    const count = this.#wire.read(scratch);
    if (count > 0) {
      if (this.#place === 'open') this.#parser.push(scratch.subarray(0, count));
    } else if (count === 0) {
      this.#hearEnd();
    } else if (count !== -EAGAIN && count !== -EINTR) {
      this.close();
    }
  }

  /** The client has ended its side, and may still read. */
  #hearEnd(): void {
    const isCutShort = this.#place === 'open' && this.#parser.isWithinRequest && !this.#isAnswered;
    if (isCutShort) this.#linger(rawError(400));
    else this.close();
  }

  #sendOn(): void {
    this.#sent(this.#output.flush());
    if (this.#output.isWaiting) return;
    this.#endOutput();
    this.#exchange?.response.drained();
  }

  #sent(state: OutputState): void {
    if (state === 'broken') this.close();
  }

  #goOn(): void {
    while (this.#place === 'open' && !this.#output.isWaiting) {
      if (this.#isAnswered && (this.#isWhole || this.#endsAfterAnswer)) {
        if (this.#endsAfterAnswer) {
          this.#endAfterAnswer();
          return;
        }
        this.#exchange = null;
        this.#isAnswered = false;
        this.#isWhole = false;
      }
      if (this.#exchange !== null && this.#isWhole) return;
      const part = this.#parser.next();
      if (part === null) return;
      this.#take(part);
    }
  }

  #take(part: RequestPart): void {
    switch (part.kind) {
      case 'head':
        this.#begin(part.head);
        break;
      case 'body':
        this.#exchange?.request.add(part.bytes);
        break;
      case 'end':
        this.#isWhole = true;
        this.#hasAsked = true;
        if (this.#isGranted) this.#isKnown = true;
        this.#host.requested(this);
        this.#complete();
        break;
      case 'malformed':
        // The request was answered before its end.
        this.#linger(this.#exchange === null ? rawError(400) : '');
        break;
    }
  }

  #begin(head: RequestHead): void {
    const request = new IncomingRequest(head);
    const response = new Response(this, head);
    this.#exchange = { request, response };
    this.#host.attempt(response, () => {
      const delayMs = this.#host.delayMs(request, this.#wire.peer);
      if (delayMs > 0) this.#hold(delayMs);
      else this.#answer(request, response);
    });
  }

  /** Its body stays in the socket: the client cannot send more than fits there. */
  #hold(delayMs: number): void {
    this.#place = 'held';
    this.#timer = setTimeout(() => this.#work(() => this.#release()), delayMs);
  }

  #release(): void {
    this.#place = 'open';
    this.#timer = null;
    if (this.#exchange === null) return;
    const { request, response } = this.#exchange;
    this.#host.attempt(response, () => this.#answer(request, response));
  }

  #answer(request: IncomingRequest, response: Response): void {
    if (request.expectsContinue) this.#sent(this.#output.write('HTTP/1.1 100 Continue\r\n\r\n'));
    this.#isGranted = this.#host.answer(request, response, this.#wire.peer);
  }

  #complete(): void {
    if (this.#exchange === null) return;
    const { request, response } = this.#exchange;
    this.#host.attempt(response, () => request.complete());
  }

  /** What a client still sends is read for a while: bytes that are not read turn the close into a reset. */
  #endAfterAnswer(): void {
    if (this.#isWhole && !this.#parser.hasUnread) this.close();
    else this.#linger('');
  }

  #linger(lastAnswer: string): void {
    this.#place = 'lingering';
    this.#exchange?.response.gone();
    this.#exchange = null;
    this.#timer = setTimeout(() => this.close(), LINGER_MS);
    this.#sent(this.#output.write(lastAnswer));
    this.#endOutput();
  }

  /** A client that waits for the end of the answer sees it. */
  #endOutput(): void {
    if (this.#place === 'lingering' && !this.#output.isWaiting) this.#wire.endWriting();
  }

  /** After each turn: keeps the bytes that are not used up, and watches for the events that matter now. */
  #settle(): void {
    if (this.#place === 'closed') return;
    this.#parser.keep();
    const events = this.#wanted();
    if (events !== this.#watched) {
      this.#watched = events;
      this.#wire.watch(events, this);
    }
    this.#host.moved(this);
  }

  #wanted(): number {
    if (this.#output.isWaiting) return WRITABLE;
    if (this.#place === 'held') return GONE;
    if (this.#exchange === null || !this.#isWhole) return READABLE;
    // A client that ended its side may wait for an answer; one that follows a log is gone then.
    return this.#exchange.response.isStream ? HANGUP : GONE;
  }
}
