/**
 * How long to wait before a channel is read again: long enough for its pipe to fill with what one read can move,
 * and short enough that its writer never finds the pipe full.
 *
 * A wake-up with a read costs about as much as moving 200 KB. `cat`, which reads every 4 KB as it arrives, needs
 * 3.2 cpu seconds for a GB of lines; with these pauses it is 0.4 (docs/performance-notes.md, Moving logs).
 *
 * @module
 */
import { PAUSES_MS } from '../../io/rounds.ts';

const LONGEST_MS = 32;

/** Bytes that come again within this time begin a run of reads with pauses; a program that writes less often is read at each write. */
const SOON_MS = 8;
/** This many bytes at once begin one too. */
const MANY_BYTES = 32 << 10;
/** After this time without a byte the poller waits for the channel again. */
const QUIET_MS = 64;
/** A burst after a long pause counts as written within this time. */
const BURST_MS = 1;
/** Shorter times are not measured. */
const INSTANT_MS = 0.01;

/** More than this is only for root (pipe(7), pipe-max-size). */
export const LARGEST_PIPE_BYTES = 1 << 20;

/** A pipe becomes at most this many times as large at once. */
const LARGEST_STEP = 4;

export interface PaceOptions {
  /** What the channel's pipe holds, in bytes. */
  readonly pipeBytes: number;
  /** False: only many bytes at once begin a run, for output that is taken piece by piece. */
  readonly isQuickToRest: boolean;
}

/** The pace of one channel; it knows no clock. */
export class Pace {
  /** To be set by the caller when it changes the size of the pipe. */
  pipeBytes: number;
  readonly #isQuickToRest: boolean;
  #isRunning = false;
  /** Bytes in a millisecond, averaged over the longest pause. */
  #rate = 0;
  #lastBytes = 0;
  #lastReadMs = Number.NEGATIVE_INFINITY;
  #lastBytesMs = Number.NEGATIVE_INFINITY;

  constructor({ pipeBytes, isQuickToRest }: PaceOptions) {
    this.pipeBytes = pipeBytes;
    this.#isQuickToRest = isQuickToRest;
  }

  /**
   * For a pipe that was more than a quarter full: the size with which it would not be so after the longest pause. It
   * grows by steps, as the rate of a first burst shows little, and the size of all pipes together is limited.
   */
  get wantedPipeBytes(): number {
    if (this.#lastBytes <= this.pipeBytes / 4) return this.pipeBytes;
    const bytes = 2 ** Math.ceil(Math.log2(4 * LONGEST_MS * this.#rate));
    return Math.max(this.pipeBytes, Math.min(bytes, LARGEST_STEP * this.pipeBytes, LARGEST_PIPE_BYTES));
  }

  /**
   * Takes a read, and returns what is to come next: a time to leave the channel alone, one of `PAUSES_MS`; 0 to read on
   * when others had their turn; null to wait until there is something to read.
   *
   * @param nowMs on a clock that never jumps
   */
  afterRead(bytes: number, nowMs: number): number | null {
    const elapsedMs = Math.max(nowMs - this.#lastReadMs, INSTANT_MS);
    this.#lastReadMs = nowMs;
    this.#lastBytes = bytes;
    if (bytes > 0) this.#lastBytesMs = nowMs;
    if (this.#isRunning) this.#measure(bytes, elapsedMs);
    else if (bytes >= MANY_BYTES || (this.#isQuickToRest && bytes > 0 && elapsedMs <= SOON_MS)) {
      this.#isRunning = true;
      this.#rate = bytes / (elapsedMs <= SOON_MS ? elapsedMs : BURST_MS);
    }
    if (nowMs - this.#lastBytesMs >= QUIET_MS) this.#isRunning = false;
    return this.#isRunning ? this.#pause() : null;
  }

  /** A higher rate is used at once, a lower one only gradually. */
  #measure(bytes: number, elapsedMs: number): void {
    const rate = bytes / elapsedMs;
    if (bytes === 0) this.#rate /= 2;
    else if (bytes > this.pipeBytes / 2) this.#rate = Math.max(this.#rate, rate);
    else this.#rate += (rate - this.#rate) * Math.min(1, elapsedMs / LONGEST_MS);
  }

  #pause(): number {
    const halfFullMs = this.pipeBytes / 2 / this.#rate;
    return PAUSES_MS.findLast((pause) => pause <= halfFullMs) ?? 0;
  }
}
