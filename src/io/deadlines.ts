/**
 * Deadlines of many items with one delay: the item that was added first is due first, and one timer serves all.
 *
 * @module
 */

export class Deadlines<Item> {
  readonly #delayMs: number;
  readonly #onDue: (item: Item) => void;
  readonly #onTimer: () => void;
  /** In the order in which they are due, on the monotonic clock. */
  readonly #dueAtMs = new Map<Item, number>();
  #timer: NodeJS.Timeout | null = null;

  /** @param onTimer called whenever the timer has expired, whether an item was due or not */
  constructor(delayMs: number, onDue: (item: Item) => void, onTimer: () => void = () => {}) {
    this.#delayMs = delayMs;
    this.#onDue = onDue;
    this.#onTimer = onTimer;
  }

  /** Sets the item's deadline, if it has none. */
  add(item: Item): void {
    if (this.#dueAtMs.has(item)) return;
    this.#dueAtMs.set(item, performance.now() + this.#delayMs);
    this.#arm();
  }

  /** Sets the item's deadline anew. */
  renew(item: Item): void {
    this.remove(item);
    this.add(item);
  }

  /** The timer is not cancelled: one wake-up is cheaper than setting and cancelling a timer for each request. */
  remove(item: Item): void {
    this.#dueAtMs.delete(item);
  }

  close(): void {
    this.#dueAtMs.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    if (this.#timer !== null) return;
    for (const dueAtMs of this.#dueAtMs.values()) {
      this.#timer = setTimeout(() => this.#check(), Math.max(1, Math.ceil(dueAtMs - performance.now())));
      return;
    }
  }

  #check(): void {
    this.#timer = null;
    const nowMs = performance.now();
    for (const [item, dueAtMs] of this.#dueAtMs) {
      if (dueAtMs > nowMs) break;
      this.#dueAtMs.delete(item);
      this.#onDue(item);
    }
    this.#arm();
    this.#onTimer();
  }
}
