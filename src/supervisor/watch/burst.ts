/**
 * Groups changes of files that follow each other closely, such as those of a deploy, into one restart.
 *
 * @module
 */

/** After this time of continued changes the burst counts as over, in milliseconds. */
const LONGEST_MS = 60_000;

/** Paths that are counted one by one. */
const MOST_PATHS = 1000;

export class Burst {
  readonly #pauseMs: number;
  readonly #paths = new Set<string>();
  #first = '';
  #sinceMs = 0;
  #lastMs = 0;

  /** @param pauseMs without changes, after which the burst is over */
  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0;
  }

  /** Moment of the last change. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** The moment at which the burst is over if nothing else changes. */
  get dueAtMs(): number {
    return Math.min(this.#lastMs + this.#pauseMs, this.#sinceMs + Math.max(LONGEST_MS, this.#pauseMs));
  }

  /** @param atMs moment on the monotonic clock */
  add(path: string, atMs: number): void {
    if (this.isEmpty) {
      this.#first = path;
      this.#sinceMs = atMs;
    }
    if (this.#paths.size < MOST_PATHS) this.#paths.add(path);
    this.#lastMs = atMs;
  }

  clear(): void {
    this.#paths.clear();
  }

  /** As `/srv/app/main.py and 2 other files have changed`. */
  describe(): string {
    const others = this.#paths.size - 1;
    if (others === 0) return `${this.#first} has changed`;
    const isMore = this.#paths.size === MOST_PATHS;
    const count = isMore ? `at least ${others}` : String(others);
    return `${this.#first} and ${count} other ${others === 1 ? 'file' : 'files'} have changed`;
  }
}
