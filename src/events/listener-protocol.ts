/**
 * What an event listener writes on its stdout: `READY`, and after an event `RESULT n` with n bytes.
 * Bytes come in any pieces; the protocol interprets them and touches nothing else.
 *
 * Observed on the reference.
 *
 * @module
 */

import { decimalInteger } from '../python/text.ts';
import type { ListenerState, ProtocolSnapshot } from './pool-snapshot.ts';

/** What the bytes mean. */
export type ListenerOutcome =
  /** It takes an event now. */
  | { readonly type: 'ready' }
  /** It has answered the event. */
  | { readonly type: 'result'; readonly result: Buffer }
  /** It broke the protocol; the line is what stood in the place of `RESULT n`, where there was one. */
  | { readonly type: 'violation'; readonly line: Buffer | null };

const READY = Buffer.from('READY\n');
const RESULT_PREFIX_BYTES = 'RESULT '.length;
const LINE_END = 0x0a;

/** A longer line cannot be a result line, and a longer result is not an answer: neither may fill the daemon's memory. */
const LONGEST_LINE_BYTES = 4096;
const LONGEST_RESULT_BYTES = 16 << 20;
/** Of the blanks of Python those that it takes in bytes. */
const IN_A_NUMBER = /^[\t-\r \d_+-]*$/;

export class ListenerProtocol {
  #state: ListenerState;
  #held: Buffer = Buffer.alloc(0);
  /** Length of the result that is being read, in bytes; null before its line has come. */
  #resultBytes: number | null = null;
  /** False while a result waits for its verdict; bytes that come meanwhile are kept. */
  #isJudged = true;

  /** @param snapshot of an earlier daemon; left out for a new listener */
  constructor(snapshot?: ProtocolSnapshot) {
    this.#state = snapshot?.state ?? 'ACKNOWLEDGED';
    this.#held = snapshot?.held ?? Buffer.alloc(0);
    this.#resultBytes = snapshot?.resultBytes ?? null;
  }

  /** For a later daemon. A result that is not judged yet is not part of it: its event is to be sent again. */
  get snapshot(): ProtocolSnapshot {
    const state = this.#isJudged ? this.#state : 'ACKNOWLEDGED';
    return { state, held: this.#held, resultBytes: this.#resultBytes };
  }

  get state(): ListenerState {
    return this.#state;
  }

  /** An event was sent: the next line must be its result. */
  sent(): void {
    this.#state = 'BUSY';
  }

  /** The result was handled, or refused: the listener may report READY again. */
  acknowledge(): void {
    this.#state = 'ACKNOWLEDGED';
    this.#isJudged = true;
  }

  /** The listener is not trusted any more; its output is ignored from now on. */
  distrust(): void {
    this.#state = 'UNKNOWN';
    this.#isJudged = true;
    this.#held = Buffer.alloc(0);
  }

  /**
   * Adds bytes and returns the next outcome, or null. Call it again without bytes until it returns null: how the
   * caller handles one outcome decides how the rest is read. After a result it returns null until `acknowledge` or
   * `distrust` is called.
   */
  next(bytes: Buffer = Buffer.alloc(0)): ListenerOutcome | null {
    if (bytes.length > 0) {
      this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes]);
    }
    if (!this.#isJudged) {
      this.#held = Buffer.from(this.#held.subarray(0, LONGEST_LINE_BYTES));
      return null;
    }
    switch (this.#state) {
      case 'UNKNOWN':
        this.#held = Buffer.alloc(0);
        return null;
      case 'ACKNOWLEDGED':
        return this.#awaitReady();
      case 'READY':
        return this.#held.length === 0 ? null : this.#violate(null);
      case 'BUSY':
        return this.#awaitResult();
    }
  }

  #awaitReady(): ListenerOutcome | null {
    if (this.#held.length < READY.length) {
      return null;
    }
    if (!this.#held.subarray(0, READY.length).equals(READY)) {
      return this.#violate(null);
    }
    this.#held = this.#held.subarray(READY.length);
    this.#state = 'READY';
    return { type: 'ready' };
  }

  #awaitResult(): ListenerOutcome | null {
    if (this.#resultBytes === null) {
      const end = this.#held.indexOf(LINE_END);
      if (end === -1) {
        return this.#held.length > LONGEST_LINE_BYTES ? this.#violate(this.#held) : null;
      }
      const line = this.#held.subarray(0, end);
      this.#resultBytes = resultBytesOf(line);
      if (this.#resultBytes === null) {
        return this.#violate(line);
      }
      this.#held = this.#held.subarray(end + 1);
    }
    if (this.#held.length < this.#resultBytes) {
      return null;
    }
    const result = this.#held.subarray(0, this.#resultBytes);
    this.#held = this.#held.subarray(this.#resultBytes);
    this.#resultBytes = null;
    this.#isJudged = false;
    return { type: 'result', result };
  }

  #violate(line: Buffer | null): ListenerOutcome {
    this.distrust();
    return { type: 'violation', line };
  }
}

/** The reference does not look at the word before the number, which it reads as Python does. */
function resultBytesOf(line: Buffer): number | null {
  const text = line.subarray(RESULT_PREFIX_BYTES).toString('latin1');
  const count = IN_A_NUMBER.test(text) ? decimalInteger(text) : null;
  return count !== null && count >= 0 && count <= LONGEST_RESULT_BYTES ? count : null;
}
