/**
 * Who waits for a change of one process.
 *
 * @module
 */

export class StateListeners {
  readonly #listeners = new Set<() => void>();
  #isTelling = false;
  #hasNews = false;

  /** Calls the listener after every change, until the returned function is called. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A listener that causes another change does not nest: all hear of that one when this one has been told. */
  tell(): void {
    this.#hasNews = true;
    if (this.#isTelling) {
      return;
    }
    this.#isTelling = true;
    try {
      while (this.#hasNews) {
        this.#hasNews = false;
        for (const listener of [...this.#listeners]) {
          listener();
        }
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
