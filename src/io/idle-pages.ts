/**
 * Holds down the resident memory of a daemon that is idle most of the time: it gives back the pages of Node.js and its
 * libraries that work has touched. Called when a timer of the daemon has expired, so that it costs no wake-up of its own.
 *
 * @module
 */
import { mappedBytes, releasePages } from '../native/posix.ts';
import { now } from './clock.ts';

/** About what a daemon uses again and again: up to this nothing is given back, in bytes. */
const KEPT_BYTES = 14 << 20;

/** Shortest time between two looks, in milliseconds. */
const PAUSE_MS = 2000;

export interface PagesHost {
  monotonicMs(): number;
  mappedBytes(): number;
  releasePages(): void;
}

export class IdlePages {
  readonly #host: PagesHost;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: PagesHost) {
    this.#host = host;
  }

  /** Gives the pages back if they are many. */
  release(): void {
    if (this.#host.monotonicMs() < this.#nextAtMs) return;
    this.#pause();
    if (this.#host.mappedBytes() > KEPT_BYTES) this.#host.releasePages();
  }

  /** Gives all of them back. */
  releaseAll(): void {
    this.#pause();
    this.#host.releasePages();
  }

  #pause(): void {
    this.#nextAtMs = this.#host.monotonicMs() + PAUSE_MS;
  }
}

const ofThisProcess = new IdlePages({ monotonicMs: () => now().monotonicMs, mappedBytes, releasePages });

/** To be called where work has ended, and often nothing follows. */
export function releaseIdlePages(): void {
  ofThisProcess.release();
}

/** To be called when the start is over: most pages that it has touched are not used again. */
export function releasePagesOfStart(): void {
  ofThisProcess.releaseAll();
}
