/**
 * The listeners of the changes of one process.
 *
 * @module
 */

export class StateListeners {
  readonly #listeners = new Set<() => void>();
  #isNotifying = false;
  #hasChanged = false;

  /** Calls the listener after every change, until the returned function is called. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls all. A listener that causes another change does not nest: all are called for that one after this one. */
  notify(): void {
    this.#hasChanged = true;
    if (this.#isNotifying) {
      return;
    }
    this.#isNotifying = true;
    try {
      while (this.#hasChanged) {
        this.#hasChanged = false;
        for (const listener of [...this.#listeners]) {
          listener();
        }
      }
    } finally {
      this.#isNotifying = false;
    }
  }
}
