/**
 * TICK events: armed only while somebody listens to them, so that an idle daemon sleeps.
 *
 * @module
 */
import type { EventBus } from './bus.ts';
import { tickEvent } from './event.ts';

const PERIODS_SECONDS = [5, 60, 3600] as const;

export interface Ticks {
  /** Looks anew at who listens; to be called whenever subscriptions change. */
  update(): void;
  stop(): void;
}

/** @param wallMs reads the wall clock: ticks fall on its multiples of the period */
export function createTicks(bus: EventBus, wallMs: () => number): Ticks {
  const timers = new Map<number, NodeJS.Timeout>();

  const arm = (period: (typeof PERIODS_SECONDS)[number], lastSlice: number): void => {
    const delayMs = period * 1000 - (wallMs() % (period * 1000));
    const timer = setTimeout(() => {
      const slice = sliceOf(period, wallMs());
      if (slice !== lastSlice) {
        bus.publish(`TICK_${period}`, () => tickEvent(period, slice));
      }
      arm(period, slice);
    }, delayMs + 1);
    timers.set(period, timer);
  };

  const stop = (): void => {
    for (const timer of timers.values()) {
      clearTimeout(timer);
    }
    timers.clear();
  };

  return {
    update() {
      for (const period of PERIODS_SECONDS) {
        const isWanted = bus.isWanted(`TICK_${period}`);
        if (isWanted && !timers.has(period)) {
          arm(period, sliceOf(period, wallMs()));
        } else if (!isWanted) {
          clearTimeout(timers.get(period));
          timers.delete(period);
        }
      }
    },
    stop,
  };
}

/** The last multiple of the period, in seconds. */
function sliceOf(periodSeconds: number, wallMs: number): number {
  const seconds = Math.floor(wallMs / 1000);
  return seconds - (seconds % periodSeconds);
}
