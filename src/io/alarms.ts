/**
 * Alarms of many processes, which ring in the order in which they are due, with one timer for all.
 *
 * Why not a timer each: Node's timers know whole milliseconds only, counted from the last turn of the event loop. On a busy
 * machine the alarm of a process that was started later can ring first.
 *
 * @module
 */
import { now } from './clock.ts';
import { LONGEST_TIMEOUT_MS } from './timers.ts';

interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
  /** Set when it is about to ring. */
  immediate?: NodeJS.Immediate;
}

export class Alarms {
  /** The next one first; of those with the same time, the one that was set first. */
  readonly #waiting: Alarm[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * Calls once when the time has come, never before this returns; the returned function cancels that. Signals and input
   * that have arrived are handled first, and may cancel it.
   *
   * @param atMs a time of the monotonic clock
   */
  set(atMs: number, ring: () => void): () => void {
    const alarm: Alarm = { atMs, ring };
    const index = this.#after(atMs);
    this.#waiting.splice(index, 0, alarm);
    if (index === 0) this.#arm();
    return () => this.#cancel(alarm);
  }

  #cancel(alarm: Alarm): void {
    clearImmediate(alarm.immediate);
    const last = this.#after(alarm.atMs) - 1;
    const index = last < 0 ? -1 : this.#waiting.lastIndexOf(alarm, last);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    if (index === 0) this.#arm();
  }

  /** Sets the timer for the alarm that is next. One that is due already rings after this turn. */
  #arm(): void {
    clearTimeout(this.#timer);
    const [next] = this.#waiting;
    if (next === undefined) return;
    const delayMs = next.atMs - now().monotonicMs;
    if (delayMs <= 0) this.#ring();
    else this.#timer = setTimeout(() => this.#ring(), Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS));
  }

  #ring(): void {
    const due = this.#waiting.splice(0, this.#after(now().monotonicMs));
    for (const alarm of due) alarm.immediate = setImmediate(alarm.ring);
    this.#arm();
  }

  /** The index of the first alarm after the time. */
  #after(atMs: number): number {
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle]?.atMs ?? atMs) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
