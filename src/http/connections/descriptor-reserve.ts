/**
 * Descriptors that are kept for clients: where programs have taken all others, somebody must still be able to ask
 * what is wrong, and to stop some.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';

/** So many clients get in when nothing is left. */
const SIZE = 4;
/** What is open does not matter; this is always there. */
const ANYTHING = '/';

export class DescriptorReserve {
  readonly #held: number[] = [];

  constructor() {
    this.fill();
  }

  /** Gives one up for whoever opens the next; false if none is left. */
  release(): boolean {
    const descriptor = this.#held.pop();
    if (descriptor === undefined) return false;
    closeSync(descriptor);
    return true;
  }

  /** Takes back what was given up, as far as there are descriptors. */
  fill(): void {
    try {
      while (this.#held.length < SIZE) this.#held.push(openSync(ANYTHING, 'r'));
    } catch {
      // EMFILE: the next client that leaves makes room.
    }
  }

  close(): void {
    for (const descriptor of this.#held.splice(0)) closeSync(descriptor);
  }
}
