/**
 * TICK events: armed only while they have a subscriber, so that an idle daemon sleeps.
 *
 * Ticks fall on the multiples of their period on the wall clock, whatever it is set to: after a jump there is one tick
 * of the new time, not all those between. A tick is not repeated when the clock is set back by less than a period.
 *
 * @module
 */
import type { EventBus } from './bus.ts';
import { tickEvent } from './event.ts';

const PERIODS_SECONDS = [5, 60, 3600] as const;

/** The wall clock is read again after this time, in milliseconds, to notice that it was set. */
const LONGEST_WAIT_MS = 60_000;

export interface Ticks {
  /** Reads the subscriptions again; to be called whenever they change. */
  update(): void;
  stop(): void;
}

/** @param wallMs reads the wall clock */
export function createTicks(bus: EventBus, wallMs: () => number): Ticks {
  /** The multiple that was published last, for each period with a subscriber. */
  const published = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;

  const arm = (): void => {
    clearTimeout(timer);
    if (published.size === 0) return;
    const nowMs = wallMs();
    const waits = [...published.keys()].map((period) => period * 1000 - (nowMs % (period * 1000)));
    timer = setTimeout(look, Math.min(...waits, LONGEST_WAIT_MS) + 1);
  };

  const look = (): void => {
    const nowMs = wallMs();
    for (const period of PERIODS_SECONDS) {
      const last = published.get(period);
      const multiple = lastMultiple(period, nowMs);
      if (last === undefined || multiple === last || multiple === last - period) continue;
      published.set(period, multiple);
      bus.publish(`TICK_${period}`, () => tickEvent(period, multiple));
    }
    arm();
  };

  return {
    update() {
      for (const period of PERIODS_SECONDS) {
        const isWanted = bus.isWanted(`TICK_${period}`);
        if (!isWanted) published.delete(period);
        else if (!published.has(period)) published.set(period, lastMultiple(period, wallMs()));
      }
      arm();
    },
    stop() {
      published.clear();
      arm();
    },
  };
}

/** In seconds, like the period. */
function lastMultiple(periodSeconds: number, wallMs: number): number {
  const seconds = Math.floor(wallMs / 1000);
  return seconds - (seconds % periodSeconds);
}
