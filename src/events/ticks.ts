/**
 * TICK events: armed only while somebody listens to them, so that an idle daemon sleeps.
 *
 * Ticks fall on the multiples of their period on the wall clock, whatever it is set to: after a jump there is one tick
 * of the new time, not all those between, and none that was told already when the clock is set back by less than a
 * period.
 *
 * @module
 */
import type { EventBus } from './bus.ts';
import { tickEvent } from './event.ts';

const PERIODS_SECONDS = [5, 60, 3600] as const;

/** Nothing tells that the wall clock was set, so it is looked at again after so long. */
const LONGEST_WAIT_MS = 60_000;

export interface Ticks {
  /** Looks anew at who listens; to be called whenever subscriptions change. */
  update(): void;
  stop(): void;
}

/** @param wallMs reads the wall clock */
export function createTicks(bus: EventBus, wallMs: () => number): Ticks {
  /** Of the periods that somebody listens to, the multiple that was told last. */
  const told = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;

  const arm = (): void => {
    clearTimeout(timer);
    if (told.size === 0) return;
    const nowMs = wallMs();
    const waits = [...told.keys()].map((period) => period * 1000 - (nowMs % (period * 1000)));
    timer = setTimeout(look, Math.min(...waits, LONGEST_WAIT_MS) + 1);
  };

  const look = (): void => {
    const nowMs = wallMs();
    for (const period of PERIODS_SECONDS) {
      const last = told.get(period);
      const multiple = lastMultiple(period, nowMs);
      if (last === undefined || multiple === last || multiple === last - period) continue;
      told.set(period, multiple);
      bus.publish(`TICK_${period}`, () => tickEvent(period, multiple));
    }
    arm();
  };

  return {
    update() {
      for (const period of PERIODS_SECONDS) {
        const isWanted = bus.isWanted(`TICK_${period}`);
        if (!isWanted) told.delete(period);
        else if (!told.has(period)) told.set(period, lastMultiple(period, wallMs()));
      }
      arm();
    },
    stop() {
      told.clear();
      arm();
    },
  };
}

/** In seconds, like the period. */
function lastMultiple(periodSeconds: number, wallMs: number): number {
  const seconds = Math.floor(wallMs / 1000);
  return seconds - (seconds % periodSeconds);
}
