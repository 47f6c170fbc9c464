/**
 * Descriptors that are kept for clients: where programs have taken all others, an administrator can still connect, find
 * out what is wrong, and stop some.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';

/** How many clients can connect when no other descriptor is left. */
const SIZE = 4;
/** Which file is open does not matter; this one always exists. */
const ANYTHING = '/';

export class DescriptorReserve {
  readonly #held: number[] = [];

  constructor() {
    this.fill();
  }

  /** Closes one, so that the next file can be opened; false if none is left. */
  release(): boolean {
    const descriptor = this.#held.pop();
    if (descriptor === undefined) return false;
    closeSync(descriptor);
    return true;
  }

  /** Opens again what was closed, as far as descriptors are left. */
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
