/**
 * The scope of one call: it is cancelled when its client disconnects, which ends the waits of the call.
 *
 * @module
 */

/** Writes one record of the audit: a call and its result. */
export type Audit = (record: string) => void;

export class CallScope {
  /** Records what the call changes; null where nothing is recorded. */
  readonly audit: Audit | null;
  readonly #listeners = new Set<() => void>();
  #cancelled = false;

  constructor(audit: Audit | null = null) {
    this.audit = audit;
  }

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
