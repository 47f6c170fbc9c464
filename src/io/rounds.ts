/**
 * Calls at given times, with one timer for all, which runs only while a call is due.
 *
 * Why not a timer each: a wake-up costs more than a visit (60 µs and 10 µs on the machine of docs/performance-notes.md),
 * and Node's own timers know whole milliseconds only, in which a fast writer fills a pipe of 1 MB.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { createTimer, setTimer } from '../native/posix.ts';

/** The pauses that `later` takes, in milliseconds; powers of two, so that visits with different pauses coincide. */
export const PAUSES_MS = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;

/** Called when the time has come; returns the bytes that it moved. */
export type Visit = () => number;

/** After this many bytes requests and signals have their turn before the round goes on: about two milliseconds. */
const TURN_BYTES = 4 << 20;

const NANOSECONDS_PER_MS = 1_000_000;

/** Visits with the same pause, which are due together. */
interface Round {
  readonly pauseMs: number;
  dueAtMs: number;
  visits: Visit[];
}

export class Rounds {
  /** Readable whenever `goRound` is to be called. */
  readonly timer: number;
  readonly #rounds: readonly Round[] = PAUSES_MS.map((pauseMs) => ({ pauseMs, dueAtMs: 0, visits: [] }));
  #due: Visit[] = [];
  #isGoing = false;
  /** Not a number when the timer has expired. */
  #timerSetForMs = Number.POSITIVE_INFINITY;

  /** @throws PosixError EMFILE, ENFILE */
  constructor() {
    this.timer = createTimer();
  }

  /**
   * Visits once, after a pause that may be shorter than the one asked for, so that those with the same pause come
   * together.
   *
   * @param pauseMs one of `PAUSES_MS`, or 0 for as soon as others had their turn
   */
  later(visit: Visit, pauseMs: number): void {
    const round = this.#rounds.find((round) => round.pauseMs === pauseMs);
    if (round === undefined) {
      this.#due.push(visit);
    } else {
      if (round.visits.length === 0) {
        round.dueAtMs = (Math.floor(performance.now() / pauseMs) + 1) * pauseMs;
      }
      round.visits.push(visit);
    }
    if (!this.#isGoing) this.#setTimer();
  }

  /** Makes the visits that are due, up to the limit of one turn. */
  goRound(): void {
    this.#timerSetForMs = Number.NaN;
    this.#isGoing = true;
    const visits = this.#takeDue();
    let visited = 0;
    try {
      for (let moved = 0; moved < TURN_BYTES && visited < visits.length; ) {
        visited += 1;
        moved += visits[visited - 1]?.() ?? 0;
      }
    } finally {
      this.#due = [...visits.slice(visited), ...this.#due];
      this.#isGoing = false;
      this.#setTimer();
    }
  }

  close(): void {
    closeSync(this.timer);
  }

  #takeDue(): Visit[] {
    const now = performance.now();
    const due = this.#rounds.filter(({ dueAtMs }) => dueAtMs <= now);
    const visits = this.#due.concat(...due.map((round) => round.visits));
    this.#due = [];
    for (const round of due) round.visits = [];
    return visits;
  }

  /** Sets the timer for the next visit; to never where there is none. */
  #setTimer(): void {
    const nextMs = this.#due.length > 0 ? 0 : this.#nextDueAtMs();
    if (nextMs >= this.#timerSetForMs) return;
    this.#timerSetForMs = nextMs;
    const waitMs = nextMs - performance.now();
    setTimer(
      this.timer,
      nextMs === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(waitMs * NANOSECONDS_PER_MS)),
    );
  }

  #nextDueAtMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { visits, dueAtMs } of this.#rounds) {
      if (visits.length > 0 && dueAtMs < nextMs) nextMs = dueAtMs;
    }
    return nextMs;
  }
}
