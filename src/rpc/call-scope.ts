/**
 * The scope of one call: it is cancelled when its client disconnects, and what still waits for it ends.
 *
 * @module
 */

export class CallScope {
  readonly #listeners = new Set<() => void>();
  #cancelled = false;

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Calls the listener on cancellation, until the returned function is called. */
  onCancel(listener: () => void): () => void {
    if (this.#cancelled) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cancel(): void {
    this.#cancelled = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
